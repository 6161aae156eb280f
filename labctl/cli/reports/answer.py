"""What `labctl explain` says of an error, a log line, a key, a word, a port."""

from labctl.logs.ask import Answer
from labctl.screen.screen import Screen
from labctl.words.phrase import LANGUAGES, Phrase, text


def show_answer(answer: Answer, screen: Screen) -> None:
    """Print an answer and the reason why it is this one."""
    if screen.quiet:
        screen.document(_document(answer))
        return
    screen.say(answer.title)
    screen.say(answer.what)
    if answer.keep is not None:
        screen.say(Phrase("ask.keep", {"text": answer.keep}))
    if answer.repair is not None:
        screen.say(Phrase("ask.repair", {"text": answer.repair}))
    screen.say(Phrase("ask.because", {"why": answer.because}))


def _document(answer: Answer) -> dict[str, object]:
    parts = ("title", "what", "because", "keep", "repair")
    said = {part: getattr(answer, part) for part in parts}
    return {
        "v": 1,
        "key": answer.what.key,
        **{
            part: {lang: text(phrase, lang) for lang in LANGUAGES} if phrase else None
            for part, phrase in said.items()
        },
    }
