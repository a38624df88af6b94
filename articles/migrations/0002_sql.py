"""What Django has no words for: the function of the search index, how long texts are stored, and the archive's version."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

# What a post is found by, as 32-bit numbers; articles.search.terms has the rules, and computes the same for queries. Computed
# here and not stored, these cost a third of what they would as a column. The function stands alone, with every name in
# pg_catalog, so that a restored dump can build the index.
SEARCH_KEYS = r"""
CREATE FUNCTION articles_search_keys(content text, day date, names int4[]) RETURNS int4[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
DECLARE
    part text;
    codes int4[];
    terms int4[];
    title_terms int4[];
    pieces text[];
BEGIN
    FOREACH part IN ARRAY ARRAY[split_part(content, E'\n', 1), content] LOOP
        title_terms := terms;
        -- Words, between their bars, stand at even places; all else is characters without spaces, and signs.
        -- unnest among the results and not after FROM, where it would be written to memory first.
        pieces := string_to_array(part, '|');
        codes := ARRAY(SELECT ascii(unnest(string_to_array((
            SELECT string_agg(piece, ' ') FROM unnest(pieces) WITH ORDINALITY AS cut (piece, place) WHERE place % 2 = 1
        ), NULL))));
        IF 65535 < ANY(codes) THEN
            codes := ARRAY(SELECT CASE WHEN code > 65535 THEN 55296 | (code & 2047) ELSE code END FROM unnest(codes) AS code);
        END IF;
        terms := ARRAY(
                SELECT a << 16 | b FROM (SELECT unnest(codes) AS a, unnest(codes[2:]) AS b OFFSET 0) AS pair WHERE a > 32 AND b > 32
            )
            || ARRAY(SELECT a << 16 FROM (SELECT DISTINCT unnest(codes) AS a) AS single WHERE a > 32)
            || ARRAY(
                SELECT CASE WHEN octet_length(word) > 5 OR octet_length(word) > length(word)
                    THEN 224441927 + ('x' || left(md5(word), 7))::bit(28)::int4 % 10439097
                    ELSE 134217728 + get_byte(letters, 0) % 39 * 2313441 + get_byte(letters, 1) % 39 * 59319
                        + get_byte(letters, 2) % 39 * 1521 + get_byte(letters, 3) % 39 * 39 + get_byte(letters, 4) % 39
                    END
                FROM (
                    SELECT word, convert_to(rpad(word, 5, '-'), 'UTF8') AS letters
                    FROM unnest(pieces) WITH ORDINALITY AS piece (word, place) WHERE place % 2 = 0 OFFSET 0
                ) AS worded
            );
    END LOOP;
    RETURN terms
        || ARRAY(SELECT ((term::int8 * 2654435761 & 4294967295) >> 18)::int4 FROM unnest(title_terms) AS term)
        || names
        || (-83886080 + extract(year FROM day)::int4 * 12 + extract(month FROM day)::int4);
END $$
"""
# What readers see is made of these. Whoever writes to one of them gives the archive another version, in the same transaction.
WATCHED = [
    *("post", "posttag", "postcategory", "permalink", "archiveday", "revision"),
    *("author", "tag", "category", "site", "nameyear"),
]
VERSION = """
CREATE FUNCTION articles_archive_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO articles_archiveversion (id, version) VALUES (1, gen_random_uuid())
        ON CONFLICT (id) DO UPDATE SET version = excluded.version;
    RETURN NULL;
END $$;
"""
TRIGGERS = "".join(
    f"CREATE TRIGGER archive_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON articles_{table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION articles_archive_changed();\n"
    for table in WATCHED
)
NO_TRIGGERS = "".join(f"DROP TRIGGER archive_changed ON articles_{table};\n" for table in WATCHED)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(SEARCH_KEYS, "DROP FUNCTION articles_search_keys"),
        # Texts of more than a fourth of a page lie apart, so that the rows that are read in thousands stay small, and as they are:
        # unpacking what Postgres compressed takes longer than all else of a look at it.
        migrations.RunSQL(
            "ALTER TABLE articles_searchrow ALTER COLUMN names SET STORAGE MAIN, ALTER COLUMN text SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name="searchrow",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    models.F("text"),
                    models.F("day"),
                    models.F("names"),
                    function="articles_search_keys",
                    output_field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                fastupdate=True,
                name="search_keys",
            ),
        ),
        # Postgres' own compression would take a quarter of an import's time there, to save a quarter of the room.
        migrations.RunSQL(
            "ALTER TABLE articles_revision ALTER COLUMN content SET STORAGE EXTERNAL;"
            " ALTER TABLE articles_post ALTER COLUMN body_html SET STORAGE EXTERNAL, ALTER COLUMN text SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(VERSION, "DROP FUNCTION articles_archive_changed"),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
