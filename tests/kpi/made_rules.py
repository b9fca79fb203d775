"""Two procedures with rules for the facts of the seed, as people would write them: over events and over orders."""

from datetime import date

from sop.procedure.markdown import read
from sop.systems.governed import Governed, governed

PACKING = """---
key: packing
version: 1.0
department: shipping
owner: Shipping lead
cases: process_events within 2 d
---

# Packing

## Why

A wrong label sends the parcel to somebody else.

## Steps

### 1. Verify {#verify}

- Accountable: Packer
- Rule: "Address verified" before "Label printed"

Look it up.

### 2. Print {#print}

- Accountable: Packer
- Rule: "Label printed" within 20 h of start

Print it.

### 3. Hand over {#hand_over}

- Accountable: Packer
- Rule: "Parcel handed over" in time

Hand it over.

### 4. At once {#at_once}

- Accountable: Packer
- Rule: "Label printed" followed directly by "Parcel handed over"

Leave nothing in between.
"""
ORDERS = """---
key: customs
version: {version}
department: shipping
owner: Shipping lead
cases: orders from ordered_at to delivered_at within 20 d
---

# Orders

## Why

Customers wait.

## Steps

### 1. Confirm {{#confirm}}

- Accountable: Desk
- Rule: confirmed_at within {hours} h of start

Confirm it.

### 2. Verify {{#verified}}

- Accountable: Desk
- Rule: address_verified exists

Verify it.

### 3. Count {{#count}}

- Accountable: Desk
- Markets: DE, FR
- Rule: units from 2 to 6

Count it.

### 4. Deliver {{#deliver}}

- Accountable: Desk
- Rule: delivered_day by promised_day

Deliver it.
"""
SECOND = date(2025, 3, 1)


def version_of(text: str, since: date, until: date | None = None) -> Governed:
    """A version in force from a day on."""
    found = governed(read(text), since, until)
    assert found is not None
    return found


GOVERNED = (
    version_of(PACKING, date(2024, 10, 20)),
    version_of(ORDERS.format(version="1.0", hours=12), date(2024, 9, 1), SECOND),
    version_of(ORDERS.format(version="1.1", hours=24), SECOND, date(2026, 1, 1)),
)
