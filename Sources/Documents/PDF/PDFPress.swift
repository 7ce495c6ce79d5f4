// SPDX-License-Identifier: Apache-2.0

/// The styles of a document's texts.
struct DocumentStyles {
  /// The letterhead's colour, parts from 0 to 1.
  let color: [Double]
  let body = TextStyle(size: 9)
  let small = TextStyle(size: 7.5, color: [0.35, 0.35, 0.35])
  let tiny = TextStyle(size: 6.5, color: [0.35, 0.35, 0.35])
  let strong = TextStyle(size: 9, isBold: true)
  let mark = TextStyle(size: 16, isBold: true, color: [0.69, 0, 0.13])
  let title: TextStyle
  let heading: TextStyle
  let head: TextStyle

  init(_ letterhead: Letterhead) {
    color = letterhead.color.map { Double($0) / 255 }
    title = TextStyle(size: 15, isBold: true, color: color)
    heading = TextStyle(size: 10, isBold: true, color: color)
    head = TextStyle(size: 8, isBold: true)
  }
}

/// Makes PDFs, one at a time; several presses work at the same time.
public actor PDFPress {
  private let type: TypeCase
  /// The last logo, which most documents share.
  private var logo: Picture?

  /// Makes one; throws `documentFailed` when there are no fonts.
  public init() throws { type = try TypeCase() }

  /// The bytes of a document's PDF, always the same for the same document and fonts.
  ///
  /// Throws `documentFailed`, or `letterheadError` for a broken logo.
  public func pdf(_ document: PrintedDocument) throws(DocumentError) -> [UInt8] {
    type.begin(language: document.language, isRightToLeft: document.isRightToLeft)
    var flow = PageFlow(
      families: document.letterhead.fonts, isRightToLeft: document.isRightToLeft, type: type)
    let styles = DocumentStyles(document.letterhead)
    let footer = try flow.shape(
      document.footer.joined(separator: "\n"), styles.small, width: PageFlow.bodyWidth - 90)
    let footerHeight = document.footer.isEmpty ? 10 : max(10, footer.height)
    flow.bottom = PageFlow.height - 16 * PageFlow.millimetre - footerHeight - 8
    try putTop(document, styles, into: &flow)
    try putBody(document, styles, into: &flow)
    try putEdges(document, styles, footer, into: &flow)
    let canvas = try PDFCanvas(
      width: PageFlow.width, height: PageFlow.height, title: document.title,
      author: document.seller.first ?? "", day: document.day)
    flow.draw(on: canvas)
    return try canvas.finish()
  }

  private func picture(_ letterhead: Letterhead) throws(DocumentError) -> Picture? {
    guard let wanted = letterhead.logo else { return nil }
    if let logo, logo.content == wanted.content { return logo }
    logo = try Picture(wanted)
    return logo
  }

  /// The first page's top: logo, seller, the address where an envelope's window shows it (DIN
  /// 5008, form B), the facts, and the title.
  private func putTop(
    _ document: PrintedDocument, _ styles: DocumentStyles, into flow: inout PageFlow
  ) throws(DocumentError) {
    let mm = PageFlow.millimetre
    let side = 125 * mm
    let sideWidth = PageFlow.right - side
    if let picture = try picture(document.letterhead) {
      let scale = min(20 * mm / picture.height, 75 * mm / picture.width)
      flow.put(picture, x: PageFlow.left, y: 14 * mm, scale: scale)
    }
    var y = 14 * mm
    for (index, line) in (document.seller + document.sellerDetails).enumerated() {
      let text = try flow.shape(
        line, index == 0 ? styles.strong : styles.small, width: sideWidth)
      y = flow.put(text, x: side, y: y, width: sideWidth)
    }
    let sellerEnd = y
    // Who sent it, small above the address, so that the post can bring it back.
    let window = 80 * mm
    let sender = try flow.shape(
      document.seller.joined(separator: " · "), styles.tiny, width: window)
    flow.put(sender, x: PageFlow.left, y: 53.5 * mm - sender.height, width: window)
    y = 56 * mm
    for line in document.customer {
      let text = try flow.shape(line, styles.body, width: window)
      y = flow.put(text, x: PageFlow.left, y: y, width: window)
    }
    let customerEnd = y
    y = max(sellerEnd + 5 * mm, 50 * mm)
    for fact in document.facts {
      let labelWidth = sideWidth * 0.44
      let label = try flow.shape(fact.label, styles.small, width: labelWidth - 4)
      let value = try flow.shape(fact.value, styles.body, width: sideWidth - labelWidth)
      flow.put(label, x: side, y: y + 1, width: labelWidth - 4)
      let end = flow.put(value, x: side + labelWidth, y: y, width: sideWidth - labelWidth)
      y = max(end, y + 1 + label.height) + 1
    }
    flow.y = max(y, customerEnd, 90 * mm) + 8 * mm
    try putTitle(document, styles, into: &flow)
  }

  private func putTitle(
    _ document: PrintedDocument, _ styles: DocumentStyles, into flow: inout PageFlow
  ) throws(DocumentError) {
    var width = PageFlow.bodyWidth
    if !document.mark.isEmpty {
      let mark = try flow.shape(document.mark.uppercased(), styles.mark, width: nil)
      let box = mark.inkWidth + 16
      flow.put(
        mark, x: PageFlow.right - box + 8, y: flow.y - 2, width: mark.inkWidth)
      flow.frame(
        x: PageFlow.right - box, y: flow.y - 4, width: box, height: mark.height + 4, line: 1.5,
        color: styles.mark.color)
      width -= box + 12
    }
    let title = try flow.shape(document.title, styles.title, width: width)
    flow.flow(title, width: width)
    flow.y += 4
  }

  private func putBody(
    _ document: PrintedDocument, _ styles: DocumentStyles, into flow: inout PageFlow
  ) throws(DocumentError) {
    func put(_ paragraphs: [String], _ style: TextStyle, gap: Double) throws(DocumentError) {
      for paragraph in paragraphs {
        flow.y += gap
        let text = try flow.shape(paragraph, style, width: PageFlow.bodyWidth)
        flow.flow(text, width: PageFlow.bodyWidth)
      }
    }
    try put(document.paragraphs, styles.body, gap: 7)
    for table in document.tables { try TableFlow(table, styles).put(into: &flow) }
    flow.y += 10
    try put(document.closing, styles.body, gap: 5)
    try put(document.notes, styles.small, gap: 6)
  }

  /// The foot of each page, and the title at the head of those after the first.
  private func putEdges(
    _ document: PrintedDocument, _ styles: DocumentStyles, _ footer: ShapedText,
    into flow: inout PageFlow
  ) throws(DocumentError) {
    let y = flow.bottom + 8
    let count = flow.pages.count
    for page in 0..<count {
      flow.frame(
        x: PageFlow.left, y: y - 4, width: PageFlow.bodyWidth, line: 0.4,
        color: [0.8, 0.8, 0.8], onPage: page)
      flow.put(footer, x: PageFlow.left, y: y, width: PageFlow.bodyWidth - 90, onPage: page)
      let label = DocumentLanguage.fill(
        pattern: document.pageLabel, ["page": String(page + 1), "pages": String(count)])
      let number = try flow.shape(label, styles.small, width: 86, isAtEnd: true)
      flow.put(number, x: PageFlow.right - 86, y: y, width: 86, onPage: page)
      guard page > 0 else { continue }
      let running = try flow.shape(
        [document.seller.first, document.title].compactMap { $0 }.joined(separator: " · "),
        styles.small, width: PageFlow.bodyWidth)
      flow.put(
        running, x: PageFlow.left, y: 11 * PageFlow.millimetre, width: PageFlow.bodyWidth,
        onPage: page)
    }
  }
}
