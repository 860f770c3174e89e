"""Editing sound: packets are copied where nothing touches them, and encoded anew where something does."""
