"""PostgreSQL's side of the index: one function, one GIN index over it, two covering indexes to walk down.

No extension is needed. pg_trgm knows no two characters, and its planner walks the wrong index for rare terms
(docs/benchmarks.md); here the access path is chosen by `registry.search.plan`.
"""

from __future__ import annotations

from registry.records.kinds import SUBJECT_NUMBER
from registry.search import tokens

ARGUMENTS = "name, kind, organisation_id, region, year"
TOKENS = f"search_tokens({ARGUMENTS})"
TOKEN_INDEX = "search_tokens"

# plpgsql, because the same in the SQL language takes four times as long a row. The cost tells the planner
# never to compute it for a whole table; not PARALLEL SAFE, because starting workers takes longer than a search.
FUNCTION = f"""
CREATE OR REPLACE FUNCTION search_tokens(
  name text, kind smallint, organisation bigint, region integer, year smallint
) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE COST 300 AS $$
DECLARE
  sort bigint := CASE WHEN kind = {SUBJECT_NUMBER} THEN {tokens.SUBJECT} ELSE 0 END;
  tokens bigint[] := ARRAY[
    sort | {tokens.KIND} + kind, sort | {tokens.ORGANISATION} + coalesce(organisation, 0),
    sort | {tokens.REGION} + region, sort | {tokens.YEAR} + year
  ];
  letter text; code bigint; before bigint;
BEGIN
  FOREACH letter IN ARRAY string_to_array(name, NULL) LOOP
    code := ascii(letter);
    tokens := tokens || (sort | {tokens.CHARACTER} | code);
    IF before IS NOT NULL THEN
      tokens := tokens || (sort | (before << 21) | code);
    END IF;
    before := code;
  END LOOP;
  RETURN tokens;
END $$
"""

CREATE_TOKEN_INDEX = (
    f"CREATE INDEX {TOKEN_INDEX} ON registry_searchentry USING gin ({TOKENS})"
    " WITH (fastupdate = on, gin_pending_list_limit = 16384)"
)
DROP_TOKEN_INDEX = f"DROP INDEX IF EXISTS {TOKEN_INDEX}"
_WALK = (
    "CREATE INDEX {name} ON registry_searchentry (id DESC)"
    " INCLUDE (name, kind, organisation_id, region) WHERE {condition}"
)

CREATE = [
    FUNCTION,
    CREATE_TOKEN_INDEX,
    _WALK.format(name="search_walk_records", condition=f"kind > {SUBJECT_NUMBER}"),
    _WALK.format(name="search_walk_subjects", condition=f"kind = {SUBJECT_NUMBER}"),
    # Keeps the visibility map fresh: without it a walk has to look at the rows as well.
    "ALTER TABLE registry_searchentry SET (autovacuum_vacuum_insert_scale_factor = 0.01,"
    " autovacuum_vacuum_scale_factor = 0.02)",
]
DROP = [
    DROP_TOKEN_INDEX,
    "DROP INDEX IF EXISTS search_walk_records",
    "DROP INDEX IF EXISTS search_walk_subjects",
    "DROP FUNCTION IF EXISTS search_tokens(text, smallint, bigint, integer, smallint)",
]
