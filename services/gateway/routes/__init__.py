"""The routes, by the service that answers them. All together: `services.gateway.table`."""
