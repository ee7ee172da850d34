"""Passwords, and who may touch whose account."""

import pytest

from app.core.errors import Conflict, InvalidInput, NotAllowed
from app.core.security import Actor, Role
from app.people.rules.passwords import hash_password, is_right, refuse_weak
from app.people.rules.roles import refuse_last_admin, refuse_takeover


@pytest.mark.parametrize("password", ["une phrase assez longue", "Tr0ub4dor&3!x", "é à ç ù ê î ô û", "correct horse"])
def test_a_long_and_varied_password_is_taken(password):
    refuse_weak(password, "ada", "Ada Martin")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "too_short"),
        ("elevenchars", "too_short"),
        ("aaaaaaaaaaaa", "weak_password"),
        ("abababababab", "weak_password"),
        ("Ada Martin-Roy", "weak_password"),
        ("adamartin1adamartin1", "weak_password"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password, code):
    with pytest.raises(InvalidInput) as refused:
        refuse_weak(password, "adamartin1", "ada martin-roy", None)
    assert refused.value.code == code


def test_a_hash_is_argon2id_and_is_never_the_same_twice():
    first, second = hash_password("une phrase"), hash_password("une phrase")
    assert first != second
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_right("une phrase", first)
    assert not is_right("une autre", first)


@pytest.mark.parametrize("kept", [None, "", "!", "plain text", "$argon2id$broken"])
def test_nothing_signs_in_where_there_is_no_hash(kept):
    assert not is_right("", kept)
    assert not is_right("plain text", kept)


@pytest.mark.parametrize(
    ("role", "before", "after", "is_refused"),
    [
        (Role.ADMIN, Role.ADMIN, Role.ADMIN, False),
        (Role.MANAGER, Role.TECHNICIAN, Role.TECHNICIAN, False),
        (Role.MANAGER, Role.TECHNICIAN, Role.ADMIN, True),
        (Role.MANAGER, Role.ADMIN, Role.TECHNICIAN, True),
        (Role.TECHNICIAN, Role.REQUESTER, Role.MANAGER, True),
    ],
)
def test_a_lower_role_neither_takes_over_nor_makes_a_higher_account(role, before, after, is_refused):
    actor = Actor(name="A", role=role)
    if is_refused:
        with pytest.raises(NotAllowed):
            refuse_takeover(actor, before, after)
    else:
        refuse_takeover(actor, before, after)


@pytest.mark.parametrize(
    ("others", "becomes", "stays", "is_refused"),
    [
        (0, Role.MANAGER, True, True),
        (0, Role.ADMIN, False, True),
        (0, Role.ADMIN, True, False),
        (1, Role.MANAGER, True, False),
    ],
)
def test_somebody_can_administer_the_house_tomorrow(others, becomes, stays, is_refused):
    if is_refused:
        with pytest.raises(Conflict):
            refuse_last_admin(other_admins=others, was=Role.ADMIN, becomes=becomes, stays_active=stays)
    else:
        refuse_last_admin(other_admins=others, was=Role.ADMIN, becomes=becomes, stays_active=stays)
