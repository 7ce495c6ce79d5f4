// SPDX-License-Identifier: Apache-2.0

/// Bars of one currency, or of counts, drawn as SVG that needs no script, font or network.
///
/// All places are whole numbers; amounts are only divided to find how long a bar is.
struct ReportChart: Sendable {
  /// How the bars stand.
  enum Shape: Sendable {
    /// Side by side, for what follows in time or age.
    case columns
    /// One below the other, for labels that are long.
    case rows
  }

  /// One bar: its label, how long it is, and what that is in words.
  struct Bar: Sendable {
    let label: String
    let value: Int128
    let text: String
  }

  let title: String
  let shape: Shape
  let bars: [Bar]

  /// Draws amounts of one currency in minor units.
  init(
    _ title: String, _ shape: Shape, currency: String, digits: Int,
    _ amounts: [(label: String, minor: Int128)]
  ) {
    self.title = "\(title), \(currency.uppercased())"
    self.shape = shape
    bars = amounts.map {
      Bar(label: $0.label, value: $0.minor, text: Figure.amount(minor: $0.minor, digits: digits))
    }
  }

  /// The drawing, or nothing where all bars would be empty.
  var svg: String {
    guard bars.contains(where: { $0.value != 0 }) else { return "" }
    let (drawing, height) = shape == .columns ? columns : rows
    let words = bars.map { "\($0.label): \($0.text)" }.joined(separator: "; ")
    return """
      <figure>
      <figcaption>\(HTMLText.escaped(title))</figcaption>
      <svg viewBox="0 0 \(Self.width) \(height)" role="img" xmlns="http://www.w3.org/2000/svg">
      <title>\(HTMLText.escaped(title))</title>
      <desc>\(HTMLText.escaped(words))</desc>
      \(drawing)</svg>
      </figure>

      """
  }

  private static let width = 720

  /// What is farthest below zero, and above.
  private var bounds: (low: Int128, high: Int128) {
    (min(0, bars.map(\.value).min() ?? 0), max(0, bars.map(\.value).max() ?? 0))
  }

  private var columns: (String, height: Int) {
    let (low, high) = bounds
    let (top, length, step) = (22, 130, Self.width / max(1, bars.count))
    let scaled = { (value: Int128) in Int(value * Int128(length) / max(1, high - low)) }
    let zero = top + scaled(high)
    let labels = zero - scaled(low) + (low < 0 ? 34 : 18)
    var text = Self.line(0, zero, Self.width, zero)
    for (place, bar) in bars.enumerated() {
      let end = zero - Self.seen(scaled(bar.value), bar)
      let (from, to) = (min(zero, end), max(zero, end))
      let middle = place * step + step / 2
      let width = min(64, step * 3 / 4)
      text += Self.bar(middle - width / 2, from, width, to - from, bar)
      text += Self.text(middle, bar.value < 0 ? to + 14 : from - 6, bar.short, "value")
      text += Self.text(middle, labels, bar.label, "label")
    }
    return (text, labels + 8)
  }

  private var rows: (String, height: Int) {
    let (low, high) = bounds
    let (left, length, step) = (190, 400, 26)
    let scaled = { (value: Int128) in Int(value * Int128(length) / max(1, high - low)) }
    let zero = left - scaled(low)
    var text = ""
    for (place, bar) in bars.enumerated() {
      let top = place * step + 4
      let end = zero + Self.seen(scaled(bar.value), bar)
      let (from, to) = (min(zero, end), max(zero, end))
      text += Self.text(left - 10, top + 14, bar.label, "label end")
      text += Self.bar(from, top, to - from, 18, bar)
      text += Self.text(to + 8, top + 14, bar.text, "value start")
    }
    let height = bars.count * step + 4
    return (Self.line(zero, 0, zero, height) + text, height)
  }

  /// A length that shows what is there, however little it is.
  private static func seen(_ length: Int, _ bar: Bar) -> Int {
    length == 0 ? Int(bar.value.signum()) : length
  }

  private static func bar(_ x: Int, _ y: Int, _ width: Int, _ height: Int, _ bar: Bar) -> String {
    """
    <rect class="\(bar.value < 0 ? "bar below" : "bar")" x="\(x)" y="\(y)" width="\(width)" \
    height="\(height)"><title>\(HTMLText.escaped("\(bar.label): \(bar.text)"))</title></rect>

    """
  }

  private static func text(_ x: Int, _ y: Int, _ text: String, _ classes: String) -> String {
    "<text class=\"\(classes)\" x=\"\(x)\" y=\"\(y)\">\(HTMLText.escaped(text))</text>\n"
  }

  private static func line(_ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int) -> String {
    "<line class=\"axis\" x1=\"\(x1)\" y1=\"\(y1)\" x2=\"\(x2)\" y2=\"\(y2)\"/>\n"
  }
}

extension ReportChart.Bar {
  /// The figure where there is little room: whole units, from ten thousand on in thousands.
  ///
  /// And so on with millions; cut and not rounded. The exact one stands in the table.
  fileprivate var short: String {
    let whole = text.prefix { $0 != "." }
    var groups = whole.split(separator: ",").map(String.init)
    let steps = ["", "k", "M", "G", "T", "P", "E"]
    guard whole.filter(\.isNumber).count > 4, steps.indices.contains(groups.count - 1) else {
      return String(whole)
    }
    let unit = steps[groups.count - 1]
    let first = groups.removeFirst()
    let digits = first.filter(\.isNumber).count
    return first + (digits < 3 ? "." + groups[0].prefix(3 - digits) : "") + unit
  }
}
