"""What no round of a pool can weigh more than, over every edge.

By weak duality: give each member a price; a member's profit is the most, over all who may be met,
of the weight minus the other's price. A pair weighs no more than one's profit and the other's
price, and no more than the other way round. So a round with everybody in a pair weighs no more
than half of all profits and prices. The lowest such figure is half of the heaviest assignment of
members to members, the fractional matching. Prices near it come from an auction (Bertsekas, *The
auction algorithm: a distributed relaxation method for the assignment problem*, 1988); poor prices
would make the bound higher, never wrong.
"""

import numpy as np
from numpy.typing import NDArray

from bot.mocks.pairing.edges import Ints, Sheet, points

BLOCK = 32  # rows laid out at once
NEAR = 100  # whom a member bids for, until all are looked at again
SMOOTH = 4  # times that prices and profits are evened out before the auction
STEPS = (1_000, 200, 50)  # what a bid raises a price by at least, whole units of weight
MOST = 100_000  # and at most beyond that
BIDS = 3_000  # times that whoever holds nobody bids: some may find too few near

Singles = NDArray[np.float32]  # whole numbers, far below 2^24


def heaviest(sheet: Sheet) -> float:
    """Points that no round exceeds in which everybody is in a pair."""
    worth = _worth(sheet)
    price = np.zeros(len(worth), np.float32)
    lowest = np.inf
    for _ in range(SMOOTH):
        price = np.rint((price + _profits(worth, price)) / 2)
        lowest = min(lowest, _bound(worth, price))
    for step in STEPS:
        near = _near(worth, price)
        price = _auction(near, np.take_along_axis(worth, near, axis=1), price, step)
        lowest = min(lowest, _bound(worth, price))
    return points(int(np.ceil(lowest)))


def _worth(sheet: Sheet) -> Singles:
    """The weight of each with each; minus infinity where two may not meet."""
    size = len(sheet.members)
    worth = np.empty((size, size), np.float32)
    for at in range(0, size, BLOCK):
        rows = np.arange(at, min(at + BLOCK, size), dtype=np.int64)
        allowed, weight = sheet.block(rows)
        worth[rows] = np.where(allowed, weight, -np.inf)
    return worth


def _profits(worth: Singles, price: Singles) -> Singles:
    return np.array([(row - price).max() for row in worth], np.float32)


def _bound(worth: Singles, price: Singles) -> float:
    """Half of all profits and prices, in whole units, so that the sums are exact."""
    profits = _profits(worth, price)
    return float(profits.sum(dtype=np.float64) + price.sum(dtype=np.float64)) / 2


def _near(worth: Singles, price: Singles) -> Ints:
    keep = min(NEAR, len(worth))
    return np.stack([np.argpartition(row - price, -keep)[-keep:] for row in worth])


def _auction(near: Ints, worth: Singles, price: Singles, step: int) -> Singles:
    """Prices at which each holds one of `near`, none better by more than `step`."""
    price, owner = price.copy(), np.full(len(price), -1, dtype=np.int64)
    waiting = np.arange(len(price), dtype=np.int64)
    for _ in range(BIDS):
        if not len(waiting):
            break
        value = worth[waiting] - price[near[waiting]]
        lines, at = np.arange(len(waiting)), value.argmax(axis=1)
        best = value[lines, at]
        value[lines, at] = -np.inf
        wanted = near[waiting, at]
        bid = price[wanted] + np.minimum(best - value.max(axis=1), MOST) + step
        order = np.argsort(bid, kind="stable")  # of those who want the same, the last one wins
        before = owner[wanted]
        owner[wanted[order]] = waiting[order]
        price[wanted[order]] = bid[order]
        won = owner[wanted] == waiting
        waiting = np.concatenate([waiting[~won], before[won & (before >= 0)]])
    return price
