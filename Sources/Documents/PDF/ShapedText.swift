// SPDX-License-Identifier: Apache-2.0
import CPango

/// How a text looks.
struct TextStyle: Hashable {
  /// In points.
  var size: Double
  var isBold = false
  /// Parts of red, green and blue from 0 to 1.
  var color: [Double] = [0.1, 0.1, 0.1]
}

/// Fonts and what is needed to shape texts; one is used by one thread at a time.
@safe final class TypeCase {
  private let map: UnsafeMutablePointer<PangoFontMap>
  fileprivate let context: OpaquePointer
  private var fonts: [String: OpaquePointer]

  init() throws(DocumentError) {
    guard let map = unsafe pango_cairo_font_map_new(),
      let context = unsafe pango_font_map_create_context(map)
    else { throw DocumentError(.documentFailed, "pango gives no fonts") }
    // A PDF is read at any size, so nothing is fitted to dots.
    let options = unsafe cairo_font_options_create()
    unsafe cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    unsafe cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    unsafe pango_cairo_context_set_font_options(context, options)
    unsafe cairo_font_options_destroy(options)
    unsafe pango_cairo_context_set_resolution(context, 72)
    // Else each letter would begin at a whole point.
    unsafe pango_context_set_round_glyph_positions(context, 0)
    unsafe self.map = unsafe map
    unsafe self.context = unsafe context
    unsafe fonts = unsafe [:]
  }

  deinit {
    unsafe fonts.values.forEach { unsafe pango_font_description_free($0) }
    unsafe g_object_unref(UnsafeMutableRawPointer(context))
    unsafe g_object_unref(UnsafeMutableRawPointer(map))
  }

  /// Has what follows laid out for a document's language.
  func begin(language: String, isRightToLeft: Bool) {
    unsafe pango_context_set_language(context, pango_language_from_string(language))
    unsafe pango_context_set_base_dir(
      context, isRightToLeft ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR)
  }

  fileprivate func font(_ families: String, _ style: TextStyle) -> OpaquePointer? {
    let name = "\(families) \(style.isBold ? "Bold " : "")\(style.size)"
    if let font = unsafe fonts[name] { return unsafe font }
    let font = unsafe pango_font_description_from_string(name)
    unsafe fonts[name] = font
    return unsafe font
  }
}

/// A text in lines of a width, ready to be drawn.
@safe final class ShapedText {
  /// One of its lines; all in points, from the top of the text and its left.
  struct Line {
    let height: Double
    fileprivate let x: Double
    /// From the top of the line.
    fileprivate let baseline: Double
  }

  private let layout: OpaquePointer
  let style: TextStyle
  private(set) var lines: [Line] = []
  /// The width of the longest line.
  private(set) var inkWidth = 0.0

  /// Shapes a text; without a width it is one line for each of its own.
  init(
    _ text: String, _ style: TextStyle, families: String, width: Double?, isAtRight: Bool = false,
    isRightToLeft: Bool = false, with type: TypeCase
  ) throws(DocumentError) {
    guard let layout = unsafe pango_layout_new(type.context) else {
      throw DocumentError(.documentFailed, "pango gives no layout")
    }
    unsafe self.layout = unsafe layout
    self.style = style
    unsafe pango_layout_set_font_description(layout, type.font(families, style))
    unsafe pango_layout_set_text(layout, text, -1)
    if let width {
      unsafe pango_layout_set_width(layout, Int32(max(1, width) * Double(PANGO_SCALE)))
      unsafe pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    }
    // Pango swaps left and right where a text runs against its document.
    let line = unsafe pango_layout_get_line_readonly(layout, 0)
    let direction = unsafe line.map { unsafe billrun_pango_direction($0) }
    let runsAgainst = direction == (isRightToLeft ? PANGO_DIRECTION_LTR : PANGO_DIRECTION_RTL)
    unsafe pango_layout_set_alignment(
      layout, isAtRight == runsAgainst ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT)
    measure()
  }

  deinit { unsafe g_object_unref(UnsafeMutableRawPointer(layout)) }

  private func measure() {
    guard let iterator = unsafe pango_layout_get_iter(layout) else { return }
    defer { unsafe pango_layout_iter_free(iterator) }
    let scale = Double(PANGO_SCALE)
    repeat {
      var box = PangoRectangle()
      unsafe pango_layout_iter_get_line_extents(iterator, nil, &box)
      let baseline = unsafe pango_layout_iter_get_baseline(iterator)
      lines.append(
        Line(
          height: Double(box.height) / scale * 1.12, x: Double(box.x) / scale,
          baseline: Double(baseline - box.y) / scale))
      inkWidth = max(inkWidth, Double(box.width) / scale)
    } while unsafe pango_layout_iter_next_line(iterator) != 0
  }

  /// All lines together, in points.
  var height: Double { lines.reduce(0) { $0 + $1.height } }

  /// Draws one of the lines, its top at y.
  fileprivate func draw(line index: Int, x: Double, y: Double, on cairo: OpaquePointer) {
    guard lines.indices.contains(index),
      let line = unsafe pango_layout_get_line_readonly(layout, Int32(index))
    else { return }
    unsafe cairo_set_source_rgb(cairo, style.color[0], style.color[1], style.color[2])
    unsafe cairo_move_to(cairo, x + lines[index].x, y + lines[index].baseline)
    unsafe pango_cairo_show_layout_line(cairo, line)
  }
}

/// A picture to draw.
@safe final class Picture {
  fileprivate let surface: OpaquePointer
  let content: [UInt8]
  let width: Double
  let height: Double

  /// Reads a PNG; throws `letterheadError` when it is broken.
  init(_ logo: Letterhead.Logo) throws(DocumentError) {
    let source = ByteSource(logo.content)
    let surface = unsafe cairo_image_surface_create_from_png_stream(
      { owner, bytes, count in
        guard let owner = unsafe owner, let bytes = unsafe bytes else {
          return CAIRO_STATUS_READ_ERROR
        }
        let source = unsafe Unmanaged<ByteSource>.fromOpaque(owner).takeUnretainedValue()
        let target = unsafe UnsafeMutableBufferPointer(start: bytes, count: Int(count))
        return unsafe source.read(into: target)
          ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_READ_ERROR
      }, Unmanaged.passUnretained(source).toOpaque())
    guard let surface = unsafe surface else {
      throw DocumentError(.letterheadError, "the logo cannot be read")
    }
    guard unsafe cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS else {
      unsafe cairo_surface_destroy(surface)
      throw DocumentError(.letterheadError, "the logo is a broken PNG")
    }
    unsafe self.surface = unsafe surface
    content = logo.content
    width = Double(logo.width)
    height = Double(logo.height)
  }

  deinit { unsafe cairo_surface_destroy(surface) }
}

/// Bytes that are read in pieces.
private final class ByteSource {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func read(into target: UnsafeMutableBufferPointer<UInt8>) -> Bool {
    guard place + target.count <= bytes.count else { return false }
    for index in target.indices { unsafe target[index] = bytes[place + index] }
    place += target.count
    return true
  }
}

/// Bytes that are written in pieces.
private final class ByteSink {
  var bytes: [UInt8] = []
}

/// The pages of a PDF.
@safe final class PDFCanvas {
  private let surface: OpaquePointer
  private let cairo: OpaquePointer
  private let sink = ByteSink()

  /// Begins a PDF of a size in points, which says that it was made on a day (`YYYY-MM-DD`).
  init(width: Double, height: Double, title: String, author: String, day: String)
    throws(DocumentError)
  {
    let surface = unsafe cairo_pdf_surface_create_for_stream(
      { owner, bytes, count in
        guard let owner = unsafe owner, let bytes = unsafe bytes else {
          return CAIRO_STATUS_WRITE_ERROR
        }
        let sink = unsafe Unmanaged<ByteSink>.fromOpaque(owner).takeUnretainedValue()
        unsafe sink.bytes += UnsafeBufferPointer(start: bytes, count: Int(count))
        return CAIRO_STATUS_SUCCESS
      }, Unmanaged.passUnretained(sink).toOpaque(), width, height)
    guard let surface = unsafe surface, let cairo = unsafe cairo_create(surface) else {
      throw DocumentError(.documentFailed, "cairo gives no page")
    }
    unsafe cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
    unsafe cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, author)
    unsafe cairo_pdf_surface_set_metadata(
      surface, CAIRO_PDF_METADATA_CREATE_DATE, day + "T00:00:00Z")
    unsafe self.surface = unsafe surface
    unsafe self.cairo = unsafe cairo
  }

  deinit {
    unsafe cairo_destroy(cairo)
    // What is not written yet goes into the sink, which lives as long as this does.
    unsafe cairo_surface_finish(surface)
    unsafe cairo_surface_destroy(surface)
  }

  func draw(_ text: ShapedText, line: Int, x: Double, y: Double) {
    unsafe text.draw(line: line, x: x, y: y, on: cairo)
  }

  func draw(_ picture: Picture, x: Double, y: Double, scale: Double) {
    unsafe cairo_save(cairo)
    unsafe cairo_translate(cairo, x, y)
    unsafe cairo_scale(cairo, scale, scale)
    unsafe cairo_set_source_surface(cairo, picture.surface, 0, 0)
    unsafe cairo_paint(cairo)
    unsafe cairo_restore(cairo)
  }

  /// Draws the outline of a rectangle; one without height is a line.
  func frame(
    x: Double, y: Double, width: Double, height: Double, line: Double, color: [Double]
  ) {
    unsafe cairo_set_source_rgb(cairo, color[0], color[1], color[2])
    unsafe cairo_set_line_width(cairo, line)
    unsafe cairo_move_to(cairo, x, y)
    unsafe cairo_line_to(cairo, x + width, y)
    if height > 0 {
      unsafe cairo_line_to(cairo, x + width, y + height)
      unsafe cairo_line_to(cairo, x, y + height)
      unsafe cairo_close_path(cairo)
    }
    unsafe cairo_stroke(cairo)
  }

  func endPage() { unsafe cairo_show_page(cairo) }

  /// Ends the PDF and gives its bytes; throws `documentFailed`.
  consuming func finish() throws(DocumentError) -> [UInt8] {
    unsafe cairo_surface_finish(surface)
    let status = unsafe cairo_status(cairo)
    guard status == CAIRO_STATUS_SUCCESS,
      unsafe cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS
    else {
      let text = unsafe cairo_status_to_string(status).map { unsafe String(cString: $0) }
      throw DocumentError(.documentFailed, "cairo fails: \(text ?? "unknown")")
    }
    return sink.bytes
  }
}
