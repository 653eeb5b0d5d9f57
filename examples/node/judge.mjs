// Judges the clauses of kind rows, cascade and trigger by contracts.json alone, through psql: see README.md.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
const [file, ...targets] = process.argv.slice(2), contract = JSON.parse(readFileSync(file, 'utf8'))
const tables = Object.fromEntries(contract.tables.map((one) => [one.name, one]))
const nonce = crypto.randomUUID().slice(-12), role = `judge_${nonce}`, stranger = `stranger_${nonce}` // no target guesses them
const readAs = Object.fromEntries([...contract.enums, ...(contract.objects ?? [])].map(({ name, type = 'text' }) => [name, type]))
const quoted = (text) => `'${text.replaceAll("'", "''")}'`, identifier = (name) => `"${name.replaceAll('"', '""')}"`
const relation = (name) => name.match(/"(?:[^"]|"")+"|[^".]+/g).map((one) => (one[0] === '"' ? one : identifier(one))).join('.')
const column = (table, name) => tables[table].columns.find((one) => one.name === name)
const numbered = ({ type, identity }) => /serial$/.test(type) || Boolean(identity)
const array = (value) => (Array.isArray(value) ? `{${value.map(array)}}` : JSON.stringify(value))
const literal = (value, type) => (value === null || typeof value !== 'object' ? (typeof value === 'string' ? quoted(value) : String(value))
  : quoted(type.endsWith('[]') ? array(value) : JSON.stringify(value)))
function insert({ table, row, fills }) {
  const whole = Object.entries({ ...fills, ...row })
  if (!whole.length) return `INSERT INTO ${relation(table)} DEFAULT VALUES`
  const way = whole.some(([name]) => numbered(column(table, name))) ? 'OVERRIDING SYSTEM VALUE' : ''
  return `INSERT INTO ${relation(table)} (${whole.map(([name]) => identifier(name))}) ${way} VALUES (${whole.map(([name, value]) =>
    literal(value, column(table, name).type))})`
}
const sequence = (table, name) => `pg_get_serial_sequence(${quoted(relation(table))}, ${quoted(name)})`
const held = (table, name, value) => (value === undefined ? `= pg_sequence_last_value(${sequence(table, name)})`
  : `IS NOT DISTINCT FROM ${literal(value, column(table, name).type)}`)
const where = ({ table, id, key = { id } }) =>
  `FROM ${relation(table)} AS t WHERE ${Object.keys(key).map((name) => `t.${identifier(name)} ${held(table, name, key[name])}`).join(' AND ')}`
function found(table, whole) { // a row that was put in: by the first key that it says, or has a number of its sequence in
  const known = (name) => whole[name] != null || numbered(column(table, name))
  const key = tables[table].keys.find(({ columns }) => columns.every(known))?.columns ?? Object.keys(whole)
  return where({ table, key: Object.fromEntries(key.map((name) => [name, whole[name]])) })
}
const same = (table, gives) => `json_build_array(${Object.entries(gives).map(([name, wanted]) => {
  const { type: declared } = column(table, name), type = (readAs[declared] ?? declared).replace(/\(.*\)|(big|small)?serial/, '') || 'bigint'
  return `CAST(t.${identifier(name)}::text AS ${type}) IS NOT DISTINCT FROM CAST(${wanted} AS ${type})`
})})`
// A script for psql, and its answers: lines of nonce, part and label, then a state, or what was asked for as JSON
let part = 0
const state = (label) => `\\echo ${nonce} ${part}.${label} state :SQLSTATE :ROW_COUNT`
const run = (label, sql) => `${sql}\n;\n${state(label)}`
const told = (label, json, rest = '') => `SELECT '${nonce} ${part}.${label} told ' || (${json})::text ${rest}`
const due = (label) => run(label, 'SET CONSTRAINTS ALL IMMEDIATE')
const undone = (lines) => ['SAVEPOINT part;', ...lines, 'ROLLBACK TO part; RELEASE part;']
const refused = ['\\if :ERROR', 'ROLLBACK TO step;']
function psql(lines, settings = {}) {
  const env = { ...process.env, LC_ALL: 'C', PGCLIENTENCODING: 'UTF8', ...settings } // C: the names of fields in English
  const command = 'exec "${PSQL:-psql}" --no-psqlrc --quiet --no-align --tuples-only --set VERBOSITY=verbose 2>&1'
  const ran = spawnSync(command, { shell: true, env, input: `${lines.join('\n')}\n`, maxBuffer: 1 << 30 })
  const text = ran.stdout.toString(), all = {}, answers = new RegExp(`([^]*?)^${nonce} (\\S+) (told|state) (.*)\n`, 'gm')
  for (const [, said, label, what, rest] of text.matchAll(answers))
    (all[label] ??= []).push(what === 'told' ? { told: JSON.parse(rest) } : { code: rest.slice(0, 5), count: Number(rest.slice(6)), said })
  return { text, of: (number) => (label) => all[`${number}.${label}`] ?? [] }
}
const field = (one, name) => one.said.match(new RegExp(`^${name} NAME:  (.*)$`, 'm'))?.[1]
const failed = (got) => got.find(({ code }) => code && code !== '00000')
const alike = (code) => (/^(22(001|003|P02)|23514)$/.test(code) ? 'of a value' : /^23(505|P01)$/.test(code) ? 'of a rival' : code) // a check or a type refuses it; a key or an exclusion
const is = (error, code) => (error ? [...contract.conditions[error], error === 'restrict_violation' && '23503'] : ['00000']).map(alike).includes(alike(code))
const lacks = (table) => tables[table].columns.some(({ name }) => !first(encodeURIComponent(table))[0]?.told?.includes(name))
const limited = (code) => /^(40|53|55P03|57|58|XX)/.test(code) // by the server's limits and faults, not by the target
const absent = (code, names) => /^42(P01|703|704|883)$/.test(code) && names.some(lacks)
const MISFIT = /^(42(P01|703|704|883|804|846)|22P02)$/ // it names what is not there, or what is of another type
// Rows and cascades: given rows, then the statement that is tried, then questions that are all to be answered by true
function probe({ promise }, { given, row, fills, gives, error, deletes, takes, spares, changes = [] }) {
  const tried = row ? insert({ table: promise.table, row, fills }) : `DELETE ${where(deletes)}`
  const asked = row ? told('asked', same(promise.table, gives), found(promise.table, { ...fills, ...row }))
    : told('asked', `json_build_array(${[...takes.map((one) => `NOT EXISTS (SELECT ${where(one)})`),
      ...spares.map((one) => `EXISTS (SELECT ${where(one)})`),
      ...changes.map((one) => `(SELECT ${same(one.row.table, one.gives)} ${where(one.row)})`)]})`)
  return [...given.map((one) => run('given', insert(one))), run('tried', tried), due('tried'), error ? '' : run('asked', asked)]
}
function probed({ id, promise }, one, got) {
  const given = got('given'), bad = failed([...given, ...got('tried')]), plain = failed(first(`plain.${promise.table}`))
  const names = [promise, one.deletes ?? promise, ...one.given].flatMap(({ table }) => table ?? [])
  const hidden = bad ? limited(bad.code) || absent(bad.code, names) : failed(got('asked'))
  if (failed(given) || given.some(({ count }) => !count) || hidden) return 'undecided'
  if (!bad) return !one.error && got('tried')[0].count && got('asked')[0].told?.flat().every(Boolean) ? 'holds' : 'broken'
  const [by, column] = ['CONSTRAINT', 'COLUMN'].map((name) => field(bad, name))
  if (one.error && plain?.code === bad.code && field(plain, 'CONSTRAINT') === by && field(plain, 'COLUMN') === column) return 'undecided'
  const right = id.endsWith('.named') ? by === one.constraint : !one.column || !column || column === one.column
  return is(one.error, bad.code) && right ? 'holds' : 'broken'
}
// Triggers: steps, after each of which all is as it says and, where a transaction ends, every invariant holds
const sql = (text) => text.replaceAll(':stranger', stranger)
const ANEW = `SET CONSTRAINTS ALL DEFERRED; SELECT format('SET CONSTRAINTS %I.%I IMMEDIATE', nspname, conname) FROM pg_constraint JOIN
  pg_namespace AS n ON n.oid = connamespace WHERE condeferrable AND NOT condeferred AND has_schema_privilege(n.oid, 'USAGE') \\gexec`
function invariants(label, asks) {
  const query = ({ id, promise }) => `(${told(`${label}.${promise.never_falls ? 'least' : 'new'}`,
    `json_build_array(${quoted(id)}, row_to_json(found))`, `FROM (${promise.query}\n) AS found LIMIT 1000`)})`
  return run(label, askable.filter(({ id, promise }) => !promise.protocol || asks.includes(id)).map(query).join(' UNION ALL '))
}
function step(n, { do: text, data, role: acts, settings, gives, commits = true }, begins, asks) {
  const names = Object.keys(settings), pairs = Object.entries(gives).map(([have, want]) => `(${sql(have)}) IS NOT DISTINCT FROM (${sql(want)})`)
  return [begins ? ANEW : '', 'SAVEPOINT step;', acts ? `SET LOCAL ROLE ${stranger};` : '',
    ...names.map((name) => `SELECT set_config(${quoted(name)}, ${quoted(settings[name])}, true);`),
    data == null ? run(n, sql(text)) : `${sql(text)}\n;\n${data}\\.\n\\r\n${state(n)}`,
    ...refused, '\\else', 'SET LOCAL ROLE NONE;', ...names.map((name) => `RESET ${name};`),
    ...(commits ? [due(n), ...refused, '\\endif'] : []), '\\endif',
    run(`${n}.gives`, told(`${n}.gives`, `json_build_array(${pairs})`)), commits ? invariants(`${n}.asked`, asks) : '']
}
const steps = (_, { given, asks, steps: all }) => ['DISCARD PLANS;', ...given.map((one) => run('given', insert(one))),
  due('given'), invariants('asked', asks), ...all.flatMap((one, n) => step(n, one, all[n - 1]?.commits !== false, asks))]
function stepped(_, promise, got) {
  const rows = (label) => got(label).map((one) => one.told), known = rows('asked.new').map((row) => JSON.stringify(row))
  const least = (label) => new Map(rows(label).map(([id, row]) => [id, ...Object.values(row)])
    .map((all) => [JSON.stringify(all.slice(0, -1)), all.at(-1)])) // keys, and their values that may not fall
  if (failed([...got('given'), ...got('asked')])) return 'undecided'
  let last = least('asked.least')
  for (const [n, { do: text, gives, error, drifts, commits = true }] of promise.steps.entries()) {
    const { code = '00000', said } = failed(got(n)) ?? {}, now = least(`${n}.asked.least`)
    if (drifts && /^23(514|505|P01)$/.test(code)) continue // a constraint keeps out the fault that was to be planted
    const named = (name) => [text, ...Object.entries(gives).flat()].some((one) => one.match(/[a-z_]\w*/gi)?.includes(name.split('.').pop()))
    const unasked = /^CONTEXT:/m.test(said) ? absent(code, Object.keys(tables).filter(named)) : MISFIT.test(code)
    if (!is(error, code)) return limited(code) || unasked ? 'undecided' : 'broken'
    if (failed([...got(`${n}.gives`), ...got(`${n}.asked`)])) return 'undecided'
    const fallen = [...now].some(([key, value]) => last.get(key) != null && (value === null || value < last.get(key)))
    const strange = rows(`${n}.asked.new`).some((row) => !known.includes(JSON.stringify(row)))
    if (!rows(`${n}.gives`)[0].every(Boolean) || (!drifts && (fallen || strange))) return 'broken'
    if (commits) last = now
  }
  return 'holds'
}
// The run: an empty database and the target, then what can be asked there, then the clauses
const KINDS = { rows: [probe, probed], cascade: [probe, probed], trigger: [steps, stepped] } // their scripts and verdicts
const guarded = (lines) => ['SAVEPOINT step;', ...lines, ...refused, '\\endif', 'RELEASE step;']
const begin = () => ['BEGIN;', ...contract.tables.toReversed().flatMap(({ name }) => guarded([`DELETE FROM ${relation(name)};`])),
  ...contract.baseline.flatMap(({ table, rows, sequences }, n) => guarded([
    ...rows.map((row) => run(`row${n}`, insert({ table, row }))), due(`due${n}`), 'SET CONSTRAINTS ALL DEFERRED;',
    ...Object.entries(sequences).map(([name, value]) => run(`due${n}`, `SELECT setval(${sequence(table, name)}, ${value})`))]))]
const session = { PGUSER: role, PGPASSWORD: nonce, PGDATABASE: role, PGOPTIONS: `-c statement_timeout=10s
  -c TimeZone=<+0545>-05:45 -c search_path=${[...contract.manifest.schemas.map(identifier), 'pg_temp']}`.replaceAll('\n', '') }
psql([`CREATE ROLE ${role} LOGIN PASSWORD '${nonce}';`, `CREATE ROLE ${stranger} ROLE ${role};`, `CREATE DATABASE ${role} OWNER ${role};`])
const { text } = psql(['\\set ON_ERROR_STOP on', ...targets.map((one) => `\\i '${one}'`), `\\echo ${nonce}`], session)
let askable = contract.clauses.filter(({ kind }) => kind === 'invariant')
const first = psql([...begin(), ...askable.flatMap(({ promise }, n) => undone([run(`asked${n}`, promise.query)])),
  ...contract.plain.flatMap(({ table, row }) => undone([run(`plain.${table}`, insert({ table, row })), due(`plain.${table}`)])),
  ...contract.tables.map(({ name }) => `${told(encodeURIComponent(name), `(SELECT json_agg(attname) FROM pg_attribute WHERE attrelid =
    to_regclass(${quoted(relation(name))}))`)};`)], session).of(0)
const lacking = contract.baseline.filter((_, n) => failed([...first(`row${n}`), ...first(`due${n}`)]) ||
  first(`row${n}`).some(({ count }) => !count)).map(({ table }) => table)
askable = askable.filter((_, n) => !failed(first(`asked${n}`)))
const parts = contract.clauses.filter(({ kind }) => kind in KINDS).flatMap((clause) =>
  (clause.promise.cases ?? [clause.promise]).map((one) => [clause, one, (part += 1)]))
const got = psql([...begin(), ...parts.flatMap(([clause, one, n]) => undone(KINDS[clause.kind][0](clause, one, (part = n))))], session)
psql([`DROP DATABASE ${role} WITH (FORCE);`, `DROP ROLE ${role}, ${stranger};`])
if (!text.endsWith(`${nonce}\n`)) throw new Error(`the target does not load: ${text.slice(-500)}`)
const judged = {}, worst = (verdicts) => ['broken', 'undecided', 'holds'].find((one) => verdicts.includes(one))
for (const [clause, one, n] of parts)
  judged[clause.id] = worst([judged[clause.id], one.needs.some((table) => lacking.includes(table)) ? 'undecided'
    : KINDS[clause.kind][1](clause, one, got.of(n))])
console.log(JSON.stringify(judged, null, 1))
process.exitCode = ['holds', 'broken', 'undecided'].indexOf(worst(Object.values(judged)))
