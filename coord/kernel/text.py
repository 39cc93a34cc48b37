"""Marks sentences for translation below the web layer."""


def N_(message: str) -> str:  # noqa: N802 - the customary name of a gettext marker
    """Return `message` unchanged; the extractor finds it, the web shell translates it."""
    return message
