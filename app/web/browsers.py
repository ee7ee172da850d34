"""What a browser calls itself, in the words of the person who uses it."""

# The first that fits: most browsers also claim to be those below them.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
DEVICES = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def browser_words(agent: str | None) -> str:
    """Such as "Firefox, Windows"; what it sent, shortened, where neither is known."""
    sent = agent or ""
    known = [next((name for mark, name in names.items() if mark in sent), "") for names in (BROWSERS, DEVICES)]
    return ", ".join(filter(None, known)) or sent[:60]
