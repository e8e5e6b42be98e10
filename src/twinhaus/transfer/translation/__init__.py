"""A building as another vocabulary describes it (Brick, RealEstateCore), translated into twins and back by a table."""
