"""What the made-up firm makes and sells: 24 articles from eight lines."""

from dataclasses import dataclass

import numpy as np

from demo.dice import Number

LINES = tuple(f"Line {place}" for place in range(1, 9))


@dataclass(frozen=True)
class Article:
    """One article: its list price and unit cost in euro, how well it sells, where and how fast it is moulded."""

    name: str
    price: float
    cost: float
    demand: float
    line: int
    ideal_s: float


ARTICLES: tuple[Article, ...] = (
    Article("Lunch box 1 l", 24.9, 15.7, 9, 0, 21.0), Article("Lunch box 2 l", 31.9, 20.4, 6, 0, 24.0),
    Article("Lunch set", 46.9, 29.9, 4, 0, 27.0), Article("Bottle 0.5 l", 21.9, 13.5, 9, 1, 19.0),
    Article("Bottle 1 l", 27.9, 17.6, 7, 1, 22.0), Article("Thermo bottle", 42.9, 27.0, 6, 1, 26.0),
    Article("Travel mug", 29.9, 18.8, 8, 2, 20.0), Article("Tea infuser", 18.9, 11.5, 5, 2, 17.0),
    Article("Tea set", 64.9, 41.8, 3, 2, 30.0), Article("Storage jar S", 16.9, 10.4, 6, 3, 16.0),
    Article("Storage jar L", 26.9, 16.8, 5, 3, 21.0), Article("Jar set of 6", 74.9, 48.1, 3, 3, 33.0),
    Article("Packing cube S", 19.9, 12.4, 6, 4, 18.0), Article("Packing cube L", 28.9, 18.4, 5, 4, 22.0),
    Article("Cube set of 4", 69.9, 44.9, 4, 4, 29.0), Article("Cabin organiser", 54.9, 35.2, 4, 5, 28.0),
    Article("Toiletry case", 34.9, 22.1, 6, 5, 23.0), Article("Shoe box", 29.9, 19.0, 3, 5, 22.0),
    Article("Cap set", 14.9, 9.1, 4, 6, 10.4), Article("Lid set", 17.9, 11.1, 4, 6, 11.0),
    Article("Seal set", 12.9, 7.9, 3, 6, 9.6), Article("Case 40 l", 119.0, 77.2, 3, 7, 41.0),
    Article("Case 65 l", 159.0, 103.2, 2, 7, 47.0), Article("Case 90 l", 189.0, 122.8, 1.5, 7, 52.0),
)  # fmt: skip
NAMES: tuple[str, ...] = tuple(article.name for article in ARTICLES)
DEMANDS: list[float] = [article.demand for article in ARTICLES]
PRICES: Number = np.array([article.price for article in ARTICLES])
COSTS: Number = np.array([article.cost for article in ARTICLES])
IDEAL_S: Number = np.array([article.ideal_s for article in ARTICLES])
FAMILIES = (
    "Lunch boxes", "Bottles", "Mugs and tea", "Storage", "Packing cubes", "Organisers", "Caps and lids", "Cases",
)  # fmt: skip
FAMILY = np.array([article.line for article in ARTICLES])
