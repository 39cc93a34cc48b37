"""Unified social credit codes (GB 32100-2015). Pure."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
LENGTH = 18


def is_credit_code(code: str) -> bool:
    """Whether eighteen characters of the alphabet end in their own check character."""
    if len(code) != LENGTH or any(sign not in ALPHABET for sign in code):
        return False
    return code[-1] == check_character(code[:-1])


def check_character(body: str) -> str:
    """The last character that belongs to the first seventeen."""
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]
