// SPDX-License-Identifier: Apache-2.0

/// Which part of a list is wanted: a page, or what comes after an object.
struct ListPage {
  /// From 1; nil with a cursor.
  let page: Int64?
  /// At most 100.
  let size: Int64
  /// The id after which the list goes on.
  let cursor: Int64?

  /// Beyond so many objects a list goes on by a cursor: who counts pages has each of them read.
  static let deepest: Int64 = 10_000

  /// Reads `page`, `per_page` and `cursor`.
  init(_ query: FormText) throws {
    func count(_ name: String, upTo limit: Int64) throws -> Int64? {
      guard let text = query[name] else { return nil }
      guard let count = Int64(text), 1...limit ~= count else {
        throw APIError.wrong(name, "\(name) is a whole number from 1 to \(limit)")
      }
      return count
    }
    size = try count("per_page", upTo: 100) ?? 100
    cursor = try count("cursor", upTo: .max)
    let page = try count("page", upTo: .max)
    if cursor != nil, page != nil {
      throw APIError.wrong("cursor", "cursor goes without page")
    }
    self.page = cursor == nil ? page ?? 1 : nil
    if let page = self.page,
      page.multipliedReportingOverflow(by: size).partialValue > Self.deepest
        || page > Self.deepest
    {
      throw APIError.wrong(
        "page", "page × per_page is at most \(Self.deepest), beyond that use cursor=ID")
    }
  }

  /// How many objects stand before it.
  var offset: Int64? { page.map { ($0 - 1) * size } }

  /// The list as an answer, with its links and count.
  func answer(_ objects: [String], total: Int64, lastID: Int64?, of call: Call) -> Answer {
    Answer(
      headers: [
        ("Link", links(total: total, count: objects.count, lastID: lastID, of: call)),
        ("X-Total-Count", "\(total)"),
      ],
      body: "[\(objects.joined(separator: ","))]")
  }

  /// What a page of objects that are all at hand is.
  func answer(of objects: [String], _ call: Call) -> Answer {
    let shown = objects.dropFirst(Int(offset ?? 0)).prefix(Int(size))
    let last = shown.last.flatMap { try? JSONTree($0)["id"]?.plain.flatMap { Int64($0) } }
    return answer(Array(shown), total: Int64(objects.count), lastID: last, of: call)
  }

  private func links(total: Int64, count: Int, lastID: Int64?, of call: Call) -> String {
    var links: [(relation: String, place: [(String, String)])] = []
    if let page {
      let last = max(1, (total + size - 1) / size)
      links = [("self", [("page", "\(page)")]), ("first", [("page", "1")])]
      if page > 1 { links.append(("previous", [("page", "\(min(page - 1, last))")])) }
      if page < last {
        let isPage = (page + 1) * size <= Self.deepest
        if isPage { links.append(("next", [("page", "\(page + 1)")])) }
        if !isPage, let lastID { links.append(("next", [("cursor", "\(lastID)")])) }
      }
      if last * size <= Self.deepest { links.append(("last", [("page", "\(last)")])) }
    } else {
      links = [("self", [("cursor", "\(cursor ?? 0)")])]
      if count == Int(size), let lastID { links.append(("next", [("cursor", "\(lastID)")])) }
    }
    return links.map { link in
      "<\(address(of: call, link.place))>; rel=\"\(link.relation)\""
    }.joined(separator: ", ")
  }

  private func address(of call: Call, _ place: [(String, String)]) -> String {
    let others = call.query.pairs.filter { !["page", "per_page", "cursor"].contains($0.name) }
    let pairs = others.map { ($0.name, $0.value) } + place + [("per_page", "\(size)")]
    let query = pairs.map { "\(FormText.encode($0.0))=\(FormText.encode($0.1))" }
    return "\(call.address)?\(query.joined(separator: "&"))"
  }
}
