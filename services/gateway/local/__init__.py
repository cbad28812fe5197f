"""Routes the gateway answers itself, because they concern no service or all of them."""
