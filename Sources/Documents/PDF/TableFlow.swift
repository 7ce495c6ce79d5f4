// SPDX-License-Identifier: Apache-2.0

/// Lays a table out: its head is repeated on each page, and a row that is longer than a page goes
/// on on the next.
struct TableFlow {
  let table: PrintedDocument.Table
  let styles: DocumentStyles
  private let gap = 6.0
  private let padding = 3.5

  init(_ table: PrintedDocument.Table, _ styles: DocumentStyles) {
    self.table = table
    self.styles = styles
  }

  /// Lays it out where the flow is.
  func put(into flow: inout PageFlow) throws(DocumentError) {
    let head = try table.columns.enumerated().map { index, column throws(DocumentError) in
      [try flow.shape(column.label, styles.head, width: width(index), isAtEnd: column.isFigure)]
    }
    let headHeight = height(of: head) + 2 * padding
    flow.y += 14
    if !table.title.isEmpty {
      let title = try flow.shape(table.title, styles.heading, width: PageFlow.bodyWidth)
      flow.need(title.height + headHeight + 40)
      flow.y = flow.put(title, x: PageFlow.left, y: flow.y, width: PageFlow.bodyWidth) + 2
    }
    flow.need(headHeight + 24)
    putHead(head, headHeight, into: &flow)
    for row in table.rows {
      let cells = try shape(row, with: flow)
      let rowHeight = height(of: cells) + 2 * padding
      let fitsOnePage = rowHeight < flow.bottom - PageFlow.top - headHeight
      if flow.y + rowHeight > flow.bottom, fitsOnePage || flow.y + 40 > flow.bottom {
        flow.breakPage()
        putHead(head, headHeight, into: &flow)
      }
      put(cells, head, headHeight, into: &flow)
    }
    try putSums(into: &flow)
  }

  private func x(_ column: Int) -> Double {
    PageFlow.left + table.columns[..<column].reduce(0) { $0 + $1.share } * PageFlow.bodyWidth
  }

  /// What a text in a column may be wide; the last column ends with the body.
  private func width(_ column: Int) -> Double {
    let isLast = column == table.columns.count - 1
    return table.columns[column].share * PageFlow.bodyWidth - (isLast ? 0 : gap)
  }

  private func height(of cells: [[ShapedText]]) -> Double {
    cells.map { $0.reduce(0) { $0 + $1.height } }.max() ?? 0
  }

  private func putHead(
    _ head: [[ShapedText]], _ headHeight: Double, into flow: inout PageFlow
  ) {
    for (column, texts) in head.enumerated() {
      for text in texts {
        // Labels of one line stand at the foot of a head of two.
        let y = flow.y + headHeight - padding - text.height
        flow.put(text, x: x(column), y: y, width: width(column))
      }
    }
    flow.y += headHeight
    flow.frame(
      x: PageFlow.left, y: flow.y, width: PageFlow.bodyWidth, line: 1, color: styles.color)
  }

  private func shape(
    _ row: [PrintedDocument.Cell], with flow: PageFlow
  ) throws(DocumentError) -> [[ShapedText]] {
    var cells: [[ShapedText]] = []
    for (column, cell) in row.enumerated() {
      let isFigure = table.columns[column].isFigure
      var texts = [try shape(cell.text, column, with: flow)]
      if !cell.detail.isEmpty {
        texts.append(
          try flow.shape(cell.detail, styles.small, width: width(column), isAtEnd: isFigure))
      }
      cells.append(texts)
    }
    return cells
  }

  /// Shapes a cell's text; a figure that would be broken is made smaller, as far as one can read.
  private func shape(
    _ text: String, _ column: Int, with flow: PageFlow
  ) throws(DocumentError) -> ShapedText {
    let isFigure = table.columns[column].isFigure
    let shaped = try flow.shape(text, styles.body, width: width(column), isAtEnd: isFigure)
    guard isFigure, shaped.lines.count > 1 else { return shaped }
    var style = styles.body
    let natural = try flow.shape(text, style, width: nil).inkWidth
    style.size = max(5.5, style.size * width(column) / (natural + 1))
    return try flow.shape(text, style, width: width(column), isAtEnd: true)
  }

  /// Puts a row, on as many pages as it takes.
  private func put(
    _ cells: [[ShapedText]], _ head: [[ShapedText]], _ headHeight: Double,
    into flow: inout PageFlow
  ) {
    var left = cells.map { texts in
      texts.flatMap { text in text.lines.indices.map { (text: text, line: $0) } }[...]
    }
    flow.y += padding
    while true {
      var end = flow.y
      for column in left.indices {
        var y = flow.y
        while let next = left[column].first,
          y + next.text.lines[next.line].height <= flow.bottom || y == PageFlow.top
        {
          flow.put(line: next.line, of: next.text, x: x(column), y: y, width: width(column))
          y += next.text.lines[next.line].height
          left[column].removeFirst()
        }
        end = max(end, y)
      }
      flow.y = end
      if left.allSatisfy(\.isEmpty) { break }
      flow.breakPage()
      putHead(head, headHeight, into: &flow)
      flow.y += padding
    }
    flow.y += padding
    flow.frame(
      x: PageFlow.left, y: flow.y, width: PageFlow.bodyWidth, line: 0.4,
      color: [0.8, 0.8, 0.8])
  }

  /// Puts the sums below, together where a page has room for them.
  private func putSums(into flow: inout PageFlow) throws(DocumentError) {
    if table.sums.isEmpty { return }
    let labelWidth = PageFlow.bodyWidth * 0.36
    let valueWidth = PageFlow.bodyWidth * 0.24
    let x = PageFlow.right - labelWidth - valueWidth
    var rows: [(label: ShapedText, value: ShapedText, isStrong: Bool)] = []
    for sum in table.sums {
      let style = sum.isStrong ? styles.strong : styles.body
      rows.append(
        (
          try flow.shape(sum.label, style, width: labelWidth - gap),
          try flow.shape(sum.value, style, width: valueWidth, isAtEnd: true), sum.isStrong
        ))
    }
    let heights = rows.map { max($0.label.height, $0.value.height) + padding }
    let all = heights.reduce(4, +)
    if all < flow.bottom - PageFlow.top { flow.need(all) }
    flow.y += 4
    for (index, (row, height)) in zip(rows, heights).enumerated() {
      flow.need(height)
      // The table's own rule is above the first.
      if row.isStrong, index > 0 {
        flow.frame(
          x: x, y: flow.y, width: labelWidth + valueWidth, line: 0.7, color: styles.color)
        flow.y += 1
      }
      flow.put(row.label, x: x, y: flow.y + 1.5, width: labelWidth - gap)
      flow.put(row.value, x: x + labelWidth, y: flow.y + 1.5, width: valueWidth)
      flow.y += height
    }
  }
}
