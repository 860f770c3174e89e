"""A media asset and footage captioning manager for news desks."""

__version__ = "0.1.0"
