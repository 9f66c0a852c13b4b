"""Runs OHDSI's Achilles and cohort definitions (Circe), as DuckCDM ports them, on a DuckDB file of a CDM.

    python run_ohdsi.py achilles CDM VERSION          what ran, what failed, what was counted
    python run_ohdsi.py cohorts CDM DEFINITIONS.json SOURCE [periods]
                                                      who is in each cohort, from when to when

Cohorts are made with the vocabularies of SOURCE, another CDM of the same persons, and with `periods` also with its observation
periods. The CDM is written into: give a copy. Prints JSON.
"""
import json
import sys

import duckdb
from duckcdm.achilles import run_achilles
from duckcdm.circe import build_cohort_query
from duckcdm.sqlrender import render, split_sql, translate

SCHEMA = 'main'
MEMBERS = f"""
    SELECT coalesce(p.person_source_value, CAST(p.person_id AS VARCHAR)), CAST(cohort_start_date AS VARCHAR), CAST(cohort_end_date AS VARCHAR)
    FROM results.cohort JOIN {SCHEMA}.person p ON p.person_id = subject_id WHERE cohort_definition_id = ? ORDER BY ALL"""

PERIODS = f"""
    INSERT INTO {SCHEMA}.observation_period BY NAME
    SELECT o.* REPLACE (p.person_id AS person_id) FROM source.main.observation_period o
    JOIN source.main.person s ON s.person_id = o.person_id
    JOIN {SCHEMA}.person p ON p.person_source_value = coalesce(s.person_source_value, CAST(s.person_id AS VARCHAR))"""


def achilles(connection, version):
    done, failed = run_achilles(connection, SCHEMA, 'results', cdm_version=version, small_cell_count=None, log=None)
    counts = connection.execute('SELECT analysis_id, stratum_1, count_value FROM results.achilles_results').fetchall()
    return {'done': done, 'failed': failed, 'counts': counts}


def cohorts(connection, path, source, periods=None):
    connection.execute(f"ATTACH '{source}' AS source (READ_ONLY)")
    if periods:
        connection.execute(f'DELETE FROM {SCHEMA}.observation_period')
        connection.execute(PERIODS)
    with open(path, encoding='utf-8') as file:
        definitions = json.load(file)
    connection.execute('CREATE SCHEMA results')
    connection.execute('CREATE TABLE results.cohort (cohort_definition_id BIGINT, subject_id BIGINT, cohort_start_date DATE, '
                       'cohort_end_date DATE)')
    members = {}
    for number, (name, definition) in enumerate(definitions.items(), 1):
        sql = build_cohort_query(definition, cdm_schema=SCHEMA, vocabulary_schema='source.main', result_schema='results',
                                 target_table='results.cohort', cohort_id=number, generate_stats=False)
        for statement in split_sql(translate(render(sql), 'duckdb')):
            if statement.strip():
                connection.execute(statement)
        members[name] = connection.execute(MEMBERS, [number]).fetchall()
    return members


def main():
    what, cdm, *arguments = sys.argv[1:]
    run = {'achilles': achilles, 'cohorts': cohorts}[what]
    json.dump(run(duckdb.connect(cdm), *arguments), sys.stdout)


main()
