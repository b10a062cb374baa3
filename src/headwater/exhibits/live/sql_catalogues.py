"""What databases' catalogues are asked: rows, last analysis and comment of each table, and who may read it."""

from __future__ import annotations

_MYSQL_STATISTICS = "SELECT table_name, table_rows, update_time, table_comment FROM information_schema.tables WHERE table_schema = :schema"
_MYSQL_GRANTS = """
SELECT grantee FROM information_schema.table_privileges
 WHERE table_schema = :schema AND table_name = :name AND privilege_type = 'SELECT'
UNION SELECT grantee FROM information_schema.schema_privileges WHERE table_schema = :schema AND privilege_type = 'SELECT'
UNION SELECT grantee FROM information_schema.user_privileges WHERE privilege_type = 'SELECT' AND COALESCE(:name, '') <> ''
"""

_MYSQL_HIDDEN = """
SELECT column_name FROM information_schema.columns
 WHERE table_schema = :schema AND table_name = :name AND extra LIKE '%INVISIBLE%' ORDER BY ordinal_position"""

STATISTICS = {
    "postgresql": """
        SELECT c.relname, CASE WHEN c.reltuples >= 0 THEN c.reltuples END,
               GREATEST(s.last_analyze, s.last_autoanalyze), obj_description(c.oid, 'pg_class')
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
         WHERE n.nspname = :schema AND c.relkind IN ('r', 'p', 'v', 'm', 'f')""",
    "mysql": _MYSQL_STATISTICS,
    "oracle": """
        SELECT LOWER(t.table_name), t.num_rows, t.last_analyzed, c.comments
          FROM all_tables t LEFT JOIN all_tab_comments c ON c.owner = t.owner AND c.table_name = t.table_name
         WHERE t.owner = UPPER(:schema)""",
    "mssql": """
        SELECT t.name, SUM(p.rows), MAX(STATS_DATE(t.object_id, 1)), NULL
          FROM sys.tables t JOIN sys.partitions p ON p.object_id = t.object_id AND p.index_id IN (0, 1)
         WHERE SCHEMA_NAME(t.schema_id) = :schema GROUP BY t.name""",
}
"""By dialect: name, estimate of the rows, last analysis (MySQL: last change), comment."""

PARTITIONS = {
    "postgresql": """
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
          JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relispartition AND n.nspname = :schema AND p.relnamespace = c.relnamespace"""
}
"""By dialect: tables of a schema whose rows come with another table of it."""

HIDDEN = {
    "mysql": _MYSQL_HIDDEN,
    "oracle": """
        SELECT column_name FROM all_tab_cols
         WHERE owner IN (:schema, UPPER(:schema)) AND table_name IN (:name, UPPER(:name))
           AND hidden_column = 'YES' AND user_generated = 'YES'""",
}
"""By dialect: columns of a table that are not in ``*``."""

MAINTAINED = {"oracle": "SELECT LOWER(username) FROM all_users WHERE oracle_maintained = 'Y'"}
"""By dialect: schemas that come with the database and hold nothing of its users."""

GRANTS = {
    "postgresql": """
        SELECT r.rolname FROM pg_roles r
         WHERE has_table_privilege(r.oid, format('%I.%I', CAST(:schema AS text), CAST(:name AS text)), 'SELECT')
           AND r.rolname NOT LIKE 'pg\\_%'""",
    "mysql": _MYSQL_GRANTS,
    "oracle": """
        SELECT grantee FROM all_tab_privs
         WHERE table_schema = UPPER(:schema) AND LOWER(table_name) = LOWER(:name) AND privilege IN ('SELECT', 'READ')""",
    "mssql": """
        SELECT USER_NAME(p.grantee_principal_id) FROM sys.database_permissions p
         WHERE p.permission_name = 'SELECT' AND p.state IN ('G', 'W')
           AND p.major_id IN (0, OBJECT_ID(QUOTENAME(:schema) + '.' + QUOTENAME(:name)))""",
}
"""By dialect: who may read a table, superusers and owners among them where the catalogue says so."""
