"""What becomes of the fields of a source that tell about people: as the mapping says, and as our contract demands."""

from collections.abc import Iterator, Mapping, Sequence

from connectors.block import Block
from connectors.plan import ROW, ColumnMapping, SourceConfig, TableMapping
from store.contract import Kind, key_of, people_of
from store.facts import MAPPED
from store.personal.treatment import FieldTreatment, Treatment, Why, by_contract

OTHERS = "*"  # all fields of a source that nothing reads


def read_personal(mapping: TableMapping, block: Block) -> Mapping[str, Treatment]:
    """`personal = { "Customer name" = "drop", Clerk = "hash", Place = "keep" }` with what the contract adds.

    Raises ConfigError for a field that is dropped and fills a column, that names a person and is kept, or that is
    hashed and is no text.
    """
    said = {name: Treatment(block.choice(name, list(Treatment)) or "") for name in block.values}
    demanded = dict.fromkeys(_naming_people(mapping), Treatment.HASH)
    for name, how in said.items():
        filled = [column.field for column in mapping.columns if name in column.columns]
        if how is Treatment.DROP and (filled or name in mapping.key):
            column = filled[0].given_as if filled else key_of(mapping.table)[0]
            raise block.wrong(name, f"is 'drop', but it fills {column}; write 'hash', or do not map it.")
        if how is Treatment.KEEP and name in demanded:
            raise block.wrong(name, "is 'keep', but it names people, who are always hashed; write 'hash'.")
        if how is Treatment.HASH and any(field.kind is not Kind.TEXT for field in filled):
            raise block.wrong(name, "is 'hash', but only texts can be hashed; write 'drop' or 'keep'.")
    return {**said, **demanded}


def treatments(source: SourceConfig) -> list[FieldTreatment]:
    """Field by field, table by table; a source without a mapping gives the columns of our tables."""
    if not source.tables:
        return [each for table in MAPPED for each in by_contract(table)]
    return [each for mapping in source.tables for each in _of(mapping)]


def _of(mapping: TableMapping) -> Iterator[FieldTreatment]:
    table = mapping.table.name
    filled = _filled(mapping)
    for field in dict.fromkeys((*mapping.source_columns, *mapping.personal)):
        fills = filled.get(field, "")
        how = mapping.personal.get(field)
        if how is not None:
            demanded = how is Treatment.HASH and field in _naming_people(mapping)
            yield FieldTreatment(table, field, fills, how, Why.PERSON if demanded else Why.SAID)
        else:
            yield FieldTreatment(table, field, fills, Treatment.KEEP, Why.FILLS if fills else Why.CHOOSES)
    yield FieldTreatment(table, OTHERS, "", Treatment.DROP, Why.UNMAPPED)


def _filled(mapping: TableMapping) -> dict[str, str]:
    """The column of ours each field fills."""
    by_key = dict.fromkeys((name for name in mapping.key if name != ROW), key_of(mapping.table)[0])
    return by_key | {name: each.field.given_as for each in mapping.columns for name in each.columns}


def _naming_people(mapping: TableMapping) -> Sequence[str]:
    people = people_of(mapping.table)

    def names(column: ColumnMapping) -> tuple[str, ...]:
        return column.columns if column.field.name in people else ()

    by_key = mapping.key if key_of(mapping.table)[0] in people else ()
    return tuple(
        dict.fromkeys(
            name for name in (*by_key, *(n for each in mapping.columns for n in names(each))) if name != ROW
        )
    )
