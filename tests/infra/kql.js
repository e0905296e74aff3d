// Parses KQL with Microsoft's own language service. In: {tables: {name: {column: type}}, queries}.
// Out: for each query a list of what is wrong with it.
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const home = path.join(__dirname, "../../node_modules/@kusto/language-service-next");
for (const name of ["bridge.min.js", "Kusto.Language.Bridge.min.js"]) {
  vm.runInThisContext(fs.readFileSync(path.join(home, name), "utf8"), { filename: name });
}
const { KustoCode, GlobalState, Symbols } = Kusto.Language;

const { tables, queries } = JSON.parse(fs.readFileSync(0, "utf8"));
const known = Object.entries(tables).map(([name, columns]) => {
  const schema = Object.entries(columns).map(([column, type]) => `${column}: ${type}`);
  return Symbols.TableSymbol.From(`(${schema.join(", ")})`).WithName(name);
});
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor("workspace", known));

const wrong = queries.map((query) => {
  const found = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return Array.from({ length: found.Count }, (_, at) => found.getItem(at).Message);
});
console.log(JSON.stringify(wrong));
