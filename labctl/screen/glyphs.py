"""State as a glyph and a word, never as colour alone; ASCII where needed."""

from collections.abc import Mapping

GLYPHS: Mapping[str, str] = {
    "LOOKING": "?",
    "FOLLOWING": "●",
    "LEADING": "▲",
    "OBSERVING": "◇",
    "DOWN": "✕",
    "PAUSED": "❚",
    "STARTING": "?",
}

# Okabe and Ito's palette: told apart with every kind of colour vision.
STYLES: Mapping[str, str] = {
    r"\? LOOKING|\?(?= →)": "bold #E69F00",
    r"● FOLLOWING|●": "bold #56B4E9",
    r"▲ LEADING|▲": "bold #009E73",
    r"◇ OBSERVING|◇": "bold #0072B2",
    r"✕( DOWN)?": "bold #D55E00",
    r"❚( PAUSED)?": "bold #CC79A7",
}

_ASCII = str.maketrans(
    {
        "●": "F",
        "▲": "L",
        "◇": "O",
        "✕": "x",
        "❚": "=",
        "→": "->",
        "←": "<-",
        "·": "-",
        "…": "...",
        "✓": "ok",
        "⊘": "#",
        "↔": "<->",
        "─": ".",
        "┊": "|",
        "█": "#",
        "±": "+-",
        "×": "x",
    }
)


def ascii_only(text: str) -> str:
    """Return the text with its glyphs in ASCII."""
    return text.translate(_ASCII)


def shape(state: str) -> str:
    """Return glyph and word of a state."""
    return f"{GLYPHS.get(state, '?')} {state}"
