"""Keys that other systems can check tokens with, and passwords that are worth the name."""

import jwt
from identity_kit import PRIVATE, PUBLIC, People

from shared.security.keys import generate, jwk, public_of
from shared.security.passwords import random_password, verify_password, weaknesses


def test_a_token_is_checked_with_the_published_key(registered: People) -> None:
    token = registered.sign_in("xiaoming")["access_token"]
    key = jwt.PyJWK(registered("public_keys").value["keys"][0])
    claims = jwt.decode(
        token,
        key,
        algorithms=["EdDSA"],
        audience="yiwang",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims["roles"] == ["citizen"]


def test_the_public_key_follows_from_the_private_one() -> None:
    assert public_of(PRIVATE) == PUBLIC
    assert jwk(PUBLIC)["kid"] != jwk(generate()[1])["kid"]


def test_made_passwords_pass_and_differ() -> None:
    made = {random_password() for _ in range(50)}
    assert len(made) == 50
    assert not any(weaknesses(password) for password in made)


def test_nobody_has_no_password() -> None:
    assert verify_password(None, "nobody signs in with this") is False
