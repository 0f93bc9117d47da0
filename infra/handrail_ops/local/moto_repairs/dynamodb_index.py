"""A repair of moto's DynamoDB queries: look up, don't walk the table.

moto answers every Query, of the table or of an index, by collecting and sorting all items of the
table and throwing away those of other partitions. With the 30,000 items of one replay a query of a
sparse index takes the better part of a second, and the sweep asks every minute.
"""

from __future__ import annotations

import threading
from typing import Any

from moto.dynamodb import models
from moto.dynamodb.models.table import Table

_Place = tuple[str, str, Any]

_narrowed = threading.local()


class _IndexEntries:
    """For each attribute that partitions an index: value -> the items that have it."""

    def __init__(self, table: Any) -> None:
        self.attributes = _partitioning_attributes(table)
        self._items: dict[_Place, dict[tuple[Any, Any], Any]] = {}
        self._places: dict[tuple[Any, Any], list[_Place]] = {}
        for item in _walk(table):
            self.note((item.hash_key, item.range_key), item)

    def note(self, key: tuple[Any, Any], item: Any) -> None:
        """Remember where `item` stands now; None means that it is gone."""
        for place in self._places.pop(key, ()):
            standing = self._items[place]
            standing.pop(key, None)
            if not standing:
                del self._items[place]
        if item is None:
            return
        places = [_place(name, item.attrs[name]) for name in self.attributes if name in item.attrs]
        for place in places:
            self._items.setdefault(place, {})[key] = item
        if places:
            self._places[key] = places

    def having(self, attribute: str, value: Any) -> list[Any]:
        return list(self._items.get(_place(attribute, value), {}).values())


def _place(attribute: str, value: Any) -> _Place:
    # moto's values can be changed where they stand, so they cannot be dictionary keys themselves.
    return attribute, value.type, value.cast_value


def _partitioning_attributes(table: Any) -> list[str]:
    return sorted(
        {
            key["AttributeName"]
            for index in table.all_indexes()
            for key in index.schema
            if key["KeyType"] == "HASH"
        }
    )


def look_up_partitions() -> None:
    """Answer a Query from the partition it names.

    Fault: `Table.query` sorts the whole table for every call, whatever the key condition.
    """
    table_class: Any = Table
    backend_class: Any = models.DynamoDBBackend
    original_query, original_all_items = table_class.query, table_class.all_items
    original_put, original_delete = table_class.put_item, table_class.delete_item
    original_update = backend_class.update_item

    def query(self: Any, hash_key: Any, *args: Any, **kwargs: Any) -> Any:
        index_name = kwargs.get("index_name", args[6] if len(args) > _INDEX_NAME_AT else None)
        conditions = kwargs.get("hash_key_conditions")
        if index_name is None:
            _narrowed.items = _partition(self, hash_key)
        elif conditions and any(index.name == index_name for index in self.all_indexes()):
            _narrowed.items = _entries(self).having(*conditions[0])
        try:
            return original_query(self, hash_key, *args, **kwargs)
        finally:
            _narrowed.items = None

    def all_items(self: Any) -> list[Any]:
        narrowed: list[Any] | None = getattr(_narrowed, "items", None)
        if narrowed is None:
            whole: list[Any] = original_all_items(self)
            return whole
        return narrowed

    def put_item(self: Any, *args: Any, **kwargs: Any) -> Any:
        item = original_put(self, *args, **kwargs)
        _note(self, item.hash_key, item.range_key)
        return item

    def delete_item(self: Any, hash_key: Any, range_key: Any) -> Any:
        item = original_delete(self, hash_key, range_key)
        _note(self, hash_key, range_key)
        return item

    def update_item(self: Any, table_name: str, key: dict[str, Any], *args: Any, **kw: Any) -> Any:
        try:
            return original_update(self, table_name, key, *args, **kw)
        finally:
            table = self.get_table(table_name)
            if set(table.table_key_attrs) <= set(key):
                _note(table, *self.get_keys_value(table, key))

    table_class.query = query
    table_class.all_items = all_items
    table_class.put_item = put_item
    table_class.delete_item = delete_item
    backend_class.update_item = update_item


# `Table.query(hash_key, range_comparison, range_objs, limit, exclusive_start_key,
# scan_index_forward, projection_expressions, index_name, ...)`: counted after `hash_key`.
_INDEX_NAME_AT = 6


def _partition(table: Any, hash_key: Any) -> list[Any]:
    found = table.items.get(hash_key)
    if found is None:
        return []
    return list(found.values()) if table.has_range_key else [found]


def _entries(table: Any) -> _IndexEntries:
    known: _IndexEntries | None = table.__dict__.get("_index_entries")
    # An index that was added later (UpdateTable) needs entries of its own.
    if known is None or known.attributes != _partitioning_attributes(table):
        known = table.__dict__["_index_entries"] = _IndexEntries(table)
    return known


def _note(table: Any, hash_key: Any, range_key: Any) -> None:
    known: _IndexEntries | None = table.__dict__.get("_index_entries")
    if known is not None:
        known.note((hash_key, range_key), table.get_item(hash_key, range_key))


def _walk(table: Any) -> list[Any]:
    if table.has_range_key:
        return [item for partition in table.items.values() for item in partition.values()]
    return list(table.items.values())
