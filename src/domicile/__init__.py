"""domicile: where each country's data may live, and whether the service still stands there."""

__version__ = "0.1.0"
