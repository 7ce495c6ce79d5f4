// SPDX-License-Identifier: Apache-2.0
@testable import BillRun

extension OutgoingMessage {
  /// A message to these, without anything else.
  init(
    test addresses: [String], bcc: [String] = [], accepted: [String] = [],
    refused: [String] = [], stopped: Set<String> = [], channel: String = "email", id: Int64 = 1,
    url: String? = nil, triedAt: Int64 = 0, name: String = "Ann", files: [File] = []
  ) {
    self.init(
      id: id, channel: channel, template: "invoice", customer: 1, endpoint: nil,
      invoice: nil, content: "{}",
      recipients: addresses.map { ("", $0) }, bcc: bcc, isComposed: true, subject: "Subject",
      text: "Text", html: nil, mailID: "1@test", references: [], accepted: accepted,
      refused: refused, tries: 0, queuedAt: 0, triedAt: triedAt, isReminder: false, url: url,
      seller: "acme", sellerName: "Acme", sellerEmail: nil, customerName: name,
      customerNumber: "C-1", phone: "+49 30 1", language: nil,
      postal: ["Street 1", "", "Berlin", "", "10115", "DE"], invoiceNumber: "INV-1",
      stopped: stopped, payload: #"{"object":"message"}"#, files: files)
  }
}
