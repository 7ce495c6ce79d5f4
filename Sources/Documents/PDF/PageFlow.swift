// SPDX-License-Identifier: Apache-2.0

/// What stands where on the pages of a document, which are as many as it takes.
///
/// All measures are in points from the left and the top; of a document that is written from right
/// to left everything is mirrored when it is placed.
struct PageFlow {
  /// Something at its place.
  enum Mark {
    case text(ShapedText, line: Int, x: Double, y: Double)
    case picture(Picture, x: Double, y: Double, scale: Double)
    case frame(x: Double, y: Double, width: Double, height: Double, line: Double, color: [Double])
  }

  static let width = 595.28
  static let height = 841.89
  static let left = 20.0 * millimetre
  static let right = width - 18 * millimetre
  static let top = 20.0 * millimetre
  static let millimetre = 72 / 25.4
  /// What the body is wide.
  static let bodyWidth = right - left

  let families: String
  let isRightToLeft: Bool
  let type: TypeCase
  /// Where the body ends.
  var bottom = height - 30 * millimetre
  private(set) var pages: [[Mark]] = [[]]
  /// Where the next thing goes.
  var y = PageFlow.top

  init(families: String, isRightToLeft: Bool, type: TypeCase) {
    self.families = families
    self.isRightToLeft = isRightToLeft
    self.type = type
  }

  /// Shapes a text for this document; figures stand at the end.
  func shape(
    _ text: String, _ style: TextStyle, width: Double?, isAtEnd: Bool = false
  ) throws(DocumentError) -> ShapedText {
    try ShapedText(
      text, style, families: families, width: width, isAtRight: isAtEnd != isRightToLeft,
      isRightToLeft: isRightToLeft, with: type)
  }

  /// Begins the next page.
  mutating func breakPage() {
    pages.append([])
    y = Self.top
  }

  /// Breaks the page unless so much fits below; never on a page that has nothing yet.
  mutating func need(_ height: Double) {
    if y + height > bottom, y > Self.top { breakPage() }
  }

  private func mirrored(_ x: Double, _ width: Double) -> Double {
    isRightToLeft ? Self.width - x - width : x
  }

  mutating func put(line: Int, of text: ShapedText, x: Double, y: Double, width: Double) {
    pages[pages.count - 1].append(.text(text, line: line, x: mirrored(x, width), y: y))
  }

  /// Puts all lines of a text where they belong, whatever else is there; gives where they end.
  @discardableResult
  mutating func put(
    _ text: ShapedText, x: Double, y: Double, width: Double, onPage page: Int? = nil
  ) -> Double {
    var y = y
    for line in text.lines.indices {
      pages[page ?? pages.count - 1].append(
        .text(text, line: line, x: mirrored(x, width), y: y))
      y += text.lines[line].height
    }
    return y
  }

  mutating func put(_ picture: Picture, x: Double, y: Double, scale: Double) {
    pages[pages.count - 1].append(
      .picture(picture, x: mirrored(x, picture.width * scale), y: y, scale: scale))
  }

  mutating func frame(
    x: Double, y: Double, width: Double, height: Double = 0, line: Double, color: [Double],
    onPage page: Int? = nil
  ) {
    pages[page ?? pages.count - 1].append(
      .frame(
        x: mirrored(x, width), y: y, width: width, height: height, line: line, color: color))
  }

  /// Lets a text flow over as many pages as it takes.
  mutating func flow(_ text: ShapedText, x: Double = PageFlow.left, width: Double) {
    for line in text.lines.indices {
      need(text.lines[line].height)
      put(line: line, of: text, x: x, y: y, width: width)
      y += text.lines[line].height
    }
  }

  /// Draws all pages.
  func draw(on canvas: PDFCanvas) {
    for page in pages {
      for mark in page {
        switch mark {
        case .text(let text, let line, let x, let y): canvas.draw(text, line: line, x: x, y: y)
        case .picture(let picture, let x, let y, let scale):
          canvas.draw(picture, x: x, y: y, scale: scale)
        case .frame(let x, let y, let width, let height, let line, let color):
          canvas.frame(x: x, y: y, width: width, height: height, line: line, color: color)
        }
      }
      canvas.endPage()
    }
  }
}
