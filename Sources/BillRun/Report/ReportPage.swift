// SPDX-License-Identifier: Apache-2.0

/// A report as one page of HTML: no script, nothing fetched, light or dark as the reader likes, and
/// fit for paper.
struct ReportPage {
  private let report: TabularReport

  init(_ report: TabularReport) { self.report = report }

  var text: String {
    let title = HTMLText.escaped(report.title.prefix(1).uppercased() + report.title.dropFirst())
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src \
      'unsafe-inline'">
      <title>\(title) · \(HTMLText.escaped(report.about))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>
      <h1>\(title)</h1>
      <p class="about">\(HTMLText.escaped(report.about))</p>
      \(contents)\(report.tables.map(section).joined())\
      <footer>billrun \(HTMLText.escaped(Version.text)). Amounts in major units of their currency; \
      currencies are never added up.</footer>
      </main>
      </body>
      </html>

      """
  }

  /// Links to the tables, where there are many.
  private var contents: String {
    guard report.tables.count > 3 else { return "" }
    let links = report.tables.map {
      "<a href=\"#\(HTMLText.escaped($0.key))\">"
        + HTMLText.escaped(String($0.title.prefix { $0 != "," })) + "</a>"
    }
    return "<nav>\(links.joined(separator: " "))</nav>\n"
  }

  private func section(_ table: ReportTable) -> String {
    let note = table.note.isEmpty ? "" : "<p class=\"note\">\(HTMLText.escaped(table.note))</p>\n"
    let more = table.moreText.map { "<p class=\"note\">\(HTMLText.escaped($0))</p>\n" } ?? ""
    return """
      <section id="\(HTMLText.escaped(table.key))">
      <h2>\(HTMLText.escaped(table.title))</h2>
      \(note)\(table.charts.map(\.svg).joined())\(rows(of: table))\(more)</section>

      """
  }

  private func rows(of table: ReportTable) -> String {
    if table.rows.isEmpty { return "<p class=\"none\">nothing</p>\n" }
    let heads = table.columns.map {
      "<th scope=\"col\"\($0.isNumber ? " class=\"number\"" : "")>\(HTMLText.escaped($0.head))</th>"
    }
    let rows = table.shownRows.map { row in
      zip(table.columns, row).map { column, value in
        let text = HTMLText.escaped(value.text(column.kind))
        return column.isNumber
          ? "<td class=\"number\(value.isBelowZero ? " below" : "")\">\(text)</td>"
          : "<td>\(text)</td>"
      }.joined()
    }
    return """
      <div class="wide"><table>
      <thead><tr>\(heads.joined())</tr></thead>
      <tbody>
      \(rows.map { "<tr>\($0)</tr>\n" }.joined())</tbody>
      </table></div>

      """
  }

  private static let style = """
    :root { --ink: #1b1f24; --soft: #57606a; --rule: #d0d7de; --paper: #ffffff; --stripe: #f6f8fa;
      --bar: #0b5394; --below: #b3261e; color-scheme: light dark; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e6edf3; --soft: #9aa4af; --rule: #3b434b; --paper: #0d1117;
        --stripe: #161b22; --bar: #6cb0f5; --below: #ff8a80; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink);
      font: 15px/1.45 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; }
    main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
    h1 { font-size: 1.7rem; margin: 0; }
    h2 { font-size: 1.15rem; margin: 2.2rem 0 .4rem; }
    .about, .note, .none, footer { color: var(--soft); margin: .2rem 0 .6rem; }
    .note { font-size: .87rem; max-width: 46rem; }
    nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin-top: 1rem; font-size: .9rem; }
    a { color: var(--bar); }
    .wide { overflow-x: auto; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
    th, td { text-align: start; padding: .28rem .7rem .28rem 0; vertical-align: top;
      max-width: 24rem; overflow-wrap: break-word; unicode-bidi: isolate; }
    th { color: var(--soft); font-weight: 600; border-bottom: 1px solid var(--rule); }
    td { border-bottom: 1px solid var(--stripe); min-width: 2.5rem; }
    .number { text-align: end; white-space: nowrap; padding-left: .5rem; }
    td.below { color: var(--below); }
    figure { margin: .8rem 0 1rem; max-width: 46rem; }
    figcaption { font-size: .87rem; font-weight: 600; margin-bottom: .2rem; }
    svg { width: 100%; height: auto; display: block; }
    svg text { font: 12px system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif;
      font-variant-numeric: tabular-nums; text-anchor: middle; fill: var(--ink); }
    svg text.label { fill: var(--soft); }
    svg text.start { text-anchor: start; }
    svg text.end { text-anchor: end; }
    .bar { fill: var(--bar); }
    rect.below { fill: var(--below); }
    .axis { stroke: var(--rule); stroke-width: 1; }
    footer { margin-top: 2.5rem; font-size: .8rem; border-top: 1px solid var(--rule);
      padding-top: .5rem; }
    @media print {
      @page { margin: 14mm; }
      :root { --ink: #000000; --soft: #444444; --rule: #999999; --paper: #ffffff;
        --stripe: #dddddd; --bar: #444444; --below: #000000; color-scheme: light; }
      body { font-size: 10pt; }
      main { max-width: none; padding: 0; }
      nav { display: none; }
      .wide { overflow: visible; }
      table { font-size: 7.5pt; }
      th, td { padding: .1rem .5rem .1rem 0; max-width: 14rem; }
      h2 { break-after: avoid; }
      figure, tr { break-inside: avoid; }
      .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      rect.below { fill: none; stroke: #000000; }
    }
    """
}

extension ReportTable.Value {
  /// Whether it is an amount below zero.
  fileprivate var isBelowZero: Bool {
    if case .amount(let minor, _) = self { minor < 0 } else { false }
  }
}

/// Text from outside, made fit to stand in HTML and SVG.
enum HTMLText {
  /// Escapes what HTML reads as markup, in texts and in attributes, and takes away what turns the
  /// direction of the text around it.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in TextTable.printable(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
