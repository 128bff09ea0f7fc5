"""What stands in a picture's place where it could not be drawn. Pure."""

from bot.slack.blocks import TEXT, Message, clip, escape

ROOM = 1_500  # characters that the words of a picture have beside their comment


def undrawn(comment: str, alt: str) -> Message:
    """`comment` is mrkdwn of ours, `alt` plain text."""
    words = clip(escape(alt), ROOM)
    told = f"I could not draw the picture, sorry. It would have shown this:\n{words}"
    return Message(f"{clip(comment, TEXT - len(told) - 1)}\n{told}".strip())
