"""Runs the official checks of OHDSI's Data Quality Dashboard on DuckDB files.

    python run_official.py DASHBOARD VERSION [CDM ...]

DASHBOARD is a checkout of OHDSI/DataQualityDashboard (or its folder inst); '-' takes the copy that rabbit_in_a_blender
installs. Prints one JSON object: what release it is and where, and for each CDM a result for each check, as the dashboard's R code
has them:
runCheck.R (which checks, which parameters), evaluateThresholds.R (failed), calculateNotApplicableStatus.R.
"""
import csv
import importlib.util
import json
import os
import re
import sys

import duckdb
from duckcdm.sqlrender import render, translate

SCHEMA = 'main'
# What executeDqChecks leaves out by default.
EXCLUDED = {'CONCEPT', 'VOCABULARY', 'CONCEPT_ANCESTOR', 'CONCEPT_RELATIONSHIP', 'CONCEPT_CLASS', 'CONCEPT_SYNONYM',
            'RELATIONSHIP', 'DOMAIN'}
LEVELS = ('TABLE', 'FIELD', 'CONCEPT')
MISSING = re.compile(r'does not exist|missing|not found', re.I)


def folder_of(dashboard):
    if dashboard == '-':
        spec = importlib.util.find_spec('riab')
        dashboard = os.path.join(spec.submodule_search_locations[0], 'libs', 'DataQualityDashboard')
    inner = os.path.join(dashboard, 'inst')
    return inner if os.path.isdir(inner) else dashboard


def read_csv(path):
    with open(path, encoding='utf-8-sig', newline='') as file:
        return [{k: (v or '').strip() for k, v in row.items() if k} for row in csv.DictReader(file)]


def is_on(row, evaluation_filter):
    """The filter as R evaluates it: isForeignKey=='Yes' & fkDomain!=''. 'NA' is what R reads an empty cell of numbers as."""
    for part in evaluation_filter.split('&'):
        name, operator, value = re.match(r"\s*(\w+)\s*(==|!=)\s*'([^']*)'\s*$", part).groups()
        cell = row.get(name, '')
        if cell == 'NA' or (cell == value) != (operator == '=='):
            return False
    return True


def sql_for(sql_file, row):
    parameters = {**row, 'cdmDatabaseSchema': SCHEMA, 'vocabDatabaseSchema': SCHEMA, 'schema': SCHEMA,
                  'cohortDatabaseSchema': SCHEMA, 'cohortTableName': 'cohort', 'cohortDefinitionId': '', 'cohort': False}
    with open(sql_file, encoding='utf-8-sig') as file:
        return translate(render(file.read(), **parameters), 'duckdb')


def run(connection, sql):
    try:
        cursor = connection.execute(sql)
        names = [column[0].lower() for column in cursor.description]
        return dict(zip(names, cursor.fetchone())), None
    except duckdb.Error as error:
        return {}, str(error)


def to_result(description, row, counts, error):
    name, level = description['checkName'], description['checkLevel']
    threshold = row.get(f'{name}Threshold', '')
    violated, rows = int(counts.get('num_violated_rows') or 0), int(counts.get('num_denominator_rows') or 0)
    limit = float(threshold) if threshold not in ('', 'NA') else 0
    share = float(counts.get('pct_violated_rows') or 0)
    is_missing = bool(error and name in ('cdmTable', 'cdmField') and MISSING.search(error))
    failed = is_missing if error else (violated > 0 if limit == 0 else share * 100 > limit)
    return {'checkName': name, 'checkLevel': level, 'cdmTableName': row['cdmTableName'].upper(),
            'cdmFieldName': row.get('cdmFieldName', '').upper() if level != 'TABLE' else '',
            'conceptId': row.get('conceptId', ''), 'unitConceptId': row.get('unitConceptId', ''),
            'numViolatedRows': None if error else violated, 'numDenominatorRows': None if error else rows, 'failed': int(failed),
            'isError': int(bool(error) and not is_missing), 'error': error, 'notApplicable': 0}


def find_not_applicable(results):
    missing_tables = {r['cdmTableName'] for r in results if r['checkName'] == 'cdmTable' and r['failed']}
    missing_fields = {(r['cdmTableName'], r['cdmFieldName']) for r in results if r['checkName'] == 'cdmField' and r['failed']}
    complete = [r for r in results if r['checkName'] == 'measureValueCompleteness']
    # A value that could not be counted is NA in R, which is neither an empty table nor an empty field.
    counted = [r for r in complete if not r['error']]
    empty_tables = {r['cdmTableName'] for r in counted if r['numDenominatorRows'] == 0}
    empty_fields = {(r['cdmTableName'], r['cdmFieldName']) for r in counted if r['numDenominatorRows'] == r['numViolatedRows']}
    for r in results:
        name, table, field = r['checkName'], r['cdmTableName'], (r['cdmTableName'], r['cdmFieldName'])
        if name == 'measureConditionEraCompleteness':
            na = 'CONDITION_OCCURRENCE' in missing_tables | empty_tables
        elif name == 'cdmTable':
            na = False
        elif name in ('measurePersonCompleteness', 'cdmField'):
            na = table in missing_tables
        elif table in missing_tables or field in missing_fields:
            na = True
        elif r['isError']:
            na = False
        elif table in empty_tables:
            na = True
        elif name == 'measureValueCompleteness':
            na = False
        else:
            na = field in empty_fields or (r['checkLevel'] == 'CONCEPT' and r['numDenominatorRows'] == 0)
        r['notApplicable'] = int(na)
        if na:
            r['failed'] = 0


def main():
    dashboard, version, *cdms = sys.argv[1:]
    folder = folder_of(dashboard)
    file_of = lambda name: os.path.join(folder, 'csv', f'OMOP_CDMv{version}_{name}.csv')
    descriptions = read_csv(file_of('Check_Descriptions'))
    rows = {level: [row for row in read_csv(file_of(f'{level.capitalize()}_Level'))
                    if row['cdmTableName'].upper() not in EXCLUDED and row.get('cdmFieldName') != 'offset'] for level in LEVELS}
    for row in rows['FIELD'] + rows['CONCEPT']:
        row['cdmFieldName'] = row['cdmFieldName'].upper()
    connections = [duckdb.connect(cdm, read_only=True) for cdm in cdms]
    results = [[] for _ in cdms]
    # Translating takes longer than asking: each statement is translated once for all CDMs.
    for description in descriptions if cdms else []:
        if not description['evaluationFilter'] or not description['sqlFile']:
            continue
        sql_file = os.path.join(folder, 'sql', 'sql_server', description['sqlFile'])
        for row in rows[description['checkLevel']]:
            if is_on(row, description['evaluationFilter']):
                sql = sql_for(sql_file, row)
                for connection, own in zip(connections, results):
                    own.append(to_result(description, row, *run(connection, sql)))
    for own in results:
        find_not_applicable(own)
    is_recent = any(d['checkName'] == 'measureObservationPeriodOverlap' for d in descriptions)
    json.dump({'release': '2.7 or later' if is_recent else 'before 2.7', 'folder': folder, 'results': results}, sys.stdout)


main()
