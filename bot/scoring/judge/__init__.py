"""The optional model judge: what it is sent, what is believed, what it may move."""
