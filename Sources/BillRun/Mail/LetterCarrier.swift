// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// Puts letters into a folder for each day, from which somebody prints them: the PDFs, and a line
/// of each in `manifest.csv`.
///
/// A letter that comes again after a crash is written under the same name, and finds its line.
actor LetterCarrier: MessageCarrier {
  private let folder: String
  private let clock: WallClock

  init(_ settings: LetterSettings, clock: WallClock = .system) {
    folder = settings.folder
    self.clock = clock
  }

  private static let manifest = "manifest.csv"
  private static let header =
    "message,customer,invoice,name,address1,address2,city,state,postal_code,country,files\r\n"

  func carry(_ message: OutgoingMessage) -> Delivery {
    let files = message.files.filter { $0.type == "application/pdf" }
    if files.isEmpty { return .failed("letter_without_pdf", "no file of it is a PDF") }
    do {
      let today = Self.day(clock.now())
      // The day of the first try may be over: its folder may have been taken already.
      var day = Self.day(message.triedAt)
      while day < today {
        if try SpoolFile.hasLine("\(folder)/\(day)/\(Self.manifest)", of: String(message.id)) {
          return .sent("\(day)/\(Self.manifest)")
        }
        day = day.adding(days: 1)
      }
      let place = "\(folder)/\(today)"
      try SpoolFile.makeFolder(place)
      let names = files.indices.map { "letter-\(message.id)-\($0 + 1).pdf" }
      for (name, file) in zip(names, files) {
        try SpoolFile.write(file.content, to: "\(place)/\(name)")
      }
      try SpoolFile.addLine(
        Self.line(of: message, names), of: String(message.id),
        to: "\(place)/\(Self.manifest)", header: Self.header)
      return .sent("\(today)/\(Self.manifest)")
    } catch {
      return .silent("folder_unwritable", BillRunError(describing: error).message)
    }
  }

  private static func day(_ moment: Int64) -> LocalDate {
    LocalDate(daysSince1970: Int32(moment / 86_400))
  }

  private static func line(of message: OutgoingMessage, _ names: [String]) -> String {
    let fields =
      [
        String(message.id), message.customerNumber ?? message.customer.map(String.init) ?? "",
        message.invoiceNumber ?? message.invoice.map { String($0) } ?? "", message.customerName,
      ] + message.postal + [names.joined(separator: " ")]
    return fields.map(quoted).joined(separator: ",") + "\r\n"
  }

  /// A field as RFC 4180 writes it, in one line.
  private static func quoted(_ field: String) -> String {
    let text = MailHeader.oneLine(field)
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0 == ";" }) else { return text }
    return "\"" + text.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }
}
