"""The tables of a book of staff: one small SQLite file for each lake, with pseudonyms where people, accounts and devices are named."""

from __future__ import annotations

from pathlib import Path

FOLDER = "staff"
FORM = 2
"""Counts up when what a book holds changes: older ones are made anew."""

TABLES = """
create table head (name text primary key, value text) without rowid;
create table logged (day integer primary key);
create table accounts (
  id text primary key, owner text, kind text, job integer, days integer, read integer, lists integer, first integer,
  last integer, opened integer, explained integer) without rowid;
create table days (account text, day integer, read integer, acts integer, lists integer, primary key (account, day)) without rowid;
create table peers (job integer, day integer, accounts integer, middle real, high real, primary key (job, day)) without rowid;
create table weeks (job integer, week integer, accounts integer, middle real, high real, primary key (job, week)) without rowid;
create table jobs (job integer primary key, kind text, accounts integer);
create table sat (
  account text, person text, device text, sittings integer, read real, surest real, first integer, last integer,
  primary key (account, person, device)) without rowid;
create table desks (device text primary key, person text) without rowid;
create table sets (account text, dataset text, acts integer, records integer, first integer, last integer,
  primary key (account, dataset)) without rowid;
create table away (person text, first integer, last integer);
create index days_by_day on days (day);
create index accounts_by_owner on accounts (owner);
create index sat_by_person on sat (person);
create index away_by_person on away (person);
"""
"""``days`` are those since 1970, weeks the first of their days (a Monday); ``read`` counts people's records: those that were
named, and rows that the log counts without naming. ``middle`` and ``high`` are the median and the ninth tenth of those
accounts of a job that read anything then; ``jobs.kind`` says what these have in common (``frames.jobs``). ``sat.read`` is
expected: records times the odds of the person."""


def file_of(workspace: Path, view: Path) -> Path:
    """Where the book of a view of the lake lies."""
    return workspace / FOLDER / f"{view.name}.{FORM}.sqlite"
