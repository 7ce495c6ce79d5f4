// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation

/// What banks send, as tests need it.
enum BankMessages {
  /// A pain.002 about a file: rejects by end-to-end id, or of the whole with a reason.
  static func status(
    of file: BankFile, rejects: [String: String] = [:], group: String = "PART",
    reason: String? = nil, version: String = "001.10"
  ) -> String {
    let told = reason.map { "<StsRsnInf><Rsn><Cd>\($0)</Cd></Rsn></StsRsnInf>" } ?? ""
    let transactions = rejects.sorted { $0.key < $1.key }.map { id, code in
      """
      <TxInfAndSts><OrgnlEndToEndId>\(id)</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn>
      <Cd>\(code)</Cd></Rsn></StsRsnInf></TxInfAndSts>
      """
    }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.\(version)"><CstmrPmtStsRpt>
      <GrpHdr><MsgId>STATUS</MsgId><CreDtTm>2026-11-03T09:00:00</CreDtTm></GrpHdr>
      <OrgnlGrpInfAndSts><OrgnlMsgId>\(file.messageID)</OrgnlMsgId>
      <OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId><GrpSts>\(group)</GrpSts>\(told)
      </OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>
      <OrgnlPmtInfId>\(file.messageID)-1</OrgnlPmtInfId>\(transactions.joined())
      </OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>
      """
  }

  /// A booking of a statement.
  struct Booking {
    var amount: String
    var isCredit = true
    var day: String
    var reference: String?
    var details = ""
    var currency = "EUR"
    var family: String?
    var subFamily = "ESCT"
    var domain = "PMNT"
    /// What the bank calls it by a code of its own.
    var ownCode: String?
    var isReversal = false
    /// What the bank says of it beside (`AddtlNtryInf`).
    var info = ""

    /// Several transactions, each with its amount, its text and the bank's reference.
    static func batch(
      _ amount: String, reference: String?, on day: String,
      _ parts: [(amount: String?, text: String, reference: String?)]
    ) -> Booking {
      Booking(
        amount: amount, day: day, reference: reference,
        details: parts.map { part in
          "<TxDtls>"
            + (part.reference.map { "<Refs><AcctSvcrRef>\($0)</AcctSvcrRef></Refs>" } ?? "")
            + (part.amount.map {
              "<AmtDtls><TxAmt><Amt Ccy=\"EUR\">\($0)</Amt></TxAmt></AmtDtls>"
            } ?? "")
            + "<RmtInf><Ustrd>\(part.text)</Ustrd></RmtInf></TxDtls>"
        }.joined())
    }

    /// Several returns, each with its amount, and what the bank charges for it.
    static func returns(
      _ amount: String, on day: String,
      _ parts: [(id: String, amount: String?, charges: String?)]
    ) -> Booking {
      Booking(
        amount: amount, isCredit: false, day: day,
        details: parts.map { part in
          "<TxDtls><Refs><EndToEndId>\(part.id)</EndToEndId></Refs>"
            + (part.amount.map {
              "<AmtDtls><TxAmt><Amt Ccy=\"EUR\">\($0)</Amt></TxAmt></AmtDtls>"
            } ?? "")
            + (part.charges.map { "<Chrgs><Amt Ccy=\"EUR\">\($0)</Amt></Chrgs>" } ?? "")
            + "<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf></TxDtls>"
        }.joined())
    }

    /// A debit that was returned, with the bank's charge in the amount.
    static func returned(
      _ id: String, _ reason: String, amount: String = "10.00", on day: String
    ) -> Booking {
      Booking(
        amount: amount, isCredit: false, day: day,
        details: "<TxDtls><Refs><EndToEndId>\(id)</EndToEndId></Refs><RtrInf><Rsn>"
          + "<Cd>\(reason)</Cd></Rsn></RtrInf></TxDtls>")
    }

    /// The batch of a file's first block.
    static func batch(of file: BankFile, amount: String, on day: String) -> Booking {
      Booking(
        amount: amount, day: day,
        details: "<Btch><PmtInfId>\(file.messageID)-1</PmtInfId></Btch>")
    }

    /// Money that came in, with as much as a bank tells of it.
    static func told(
      _ amount: String, payer: String? = nil, id: String? = nil, text: String? = nil,
      reference: String? = nil, on day: String
    ) -> Booking {
      let parts = [
        id.map { "<Refs><EndToEndId>\($0)</EndToEndId></Refs>" },
        payer.map { "<RltdPties><Dbtr><Nm>\($0)</Nm></Dbtr></RltdPties>" },
        text.map { "<RmtInf><Ustrd>\($0)</Ustrd></RmtInf>" },
      ]
      return Booking(
        amount: amount, day: day, reference: reference,
        details: "<TxDtls>\(parts.compactMap { $0 }.joined())</TxDtls>")
    }

    /// Money that came in.
    static func transfer(
      _ amount: String, _ text: String, reference: String?, on day: String
    ) -> Booking {
      Booking(
        amount: amount, day: day, reference: reference,
        details: "<TxDtls><RltdPties><Dbtr><Nm>Käufer</Nm></Dbtr></RltdPties><RmtInf>"
          + "<Ustrd>\(text)</Ustrd></RmtInf></TxDtls>")
    }
  }

  /// A balance of a statement; below zero it is overdrawn.
  struct Balance {
    let kind: String
    let amount: String
    let day: String

    init(_ kind: String, _ amount: String, _ day: String) {
      (self.kind, self.amount, self.day) = (kind, amount, day)
    }

    fileprivate var xml: String {
      """
      <Bal><Tp><CdOrPrtry><Cd>\(kind)</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">
      \(amount.filter { $0 != "-" })</Amt><CdtDbtInd>\(amount.hasPrefix("-") ? "DBIT" : "CRDT")
      </CdtDbtInd><Dt><Dt>\(day)</Dt></Dt></Bal>
      """
    }
  }

  private static func code(of booking: Booking) -> String {
    let family = booking.family.map {
      "<Domn><Cd>\(booking.domain)</Cd><Fmly><Cd>\($0)</Cd><SubFmlyCd>\(booking.subFamily)"
        + "</SubFmlyCd></Fmly></Domn>"
    }
    let own = booking.ownCode.map { "<Prtry><Cd>\($0)</Cd><Issr>DK</Issr></Prtry>" }
    let codes = [family, own].compactMap { $0 }.joined()
    return codes.isEmpty ? "" : "<BkTxCd>\(codes)</BkTxCd>"
  }

  /// A camt.053 or, with another version, a camt.052 or camt.054 of our account.
  static func statement(
    _ id: String, _ bookings: [Booking], version: String = "camt.053.001.02",
    iban: String = "DE89370400440532013000", balances: [Balance] = []
  ) -> String {
    let isStatement = version.hasPrefix("camt.053")
    let (message, part) =
      isStatement
      ? ("BkToCstmrStmt", "Stmt")
      : version.hasPrefix("camt.052")
        ? ("BkToCstmrAcctRpt", "Rpt") : ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
    let isOld = version.hasSuffix("02")
    let entries = bookings.map { one in
      """
      <Ntry><Amt Ccy="\(one.currency)">\(one.amount)</Amt>
      <CdtDbtInd>\(one.isCredit ? "CRDT" : "DBIT")</CdtDbtInd>
      \(one.isReversal ? "<RvslInd>true</RvslInd>" : "")
      <Sts>\(isOld ? "BOOK" : "<Cd>BOOK</Cd>")</Sts><BookgDt><Dt>\(one.day)</Dt></BookgDt>
      \(one.reference.map { "<AcctSvcrRef>\($0)</AcctSvcrRef>" } ?? "")
      \(code(of: one))<NtryDtls>\(one.details)</NtryDtls>
      \(one.info.isEmpty ? "" : "<AddtlNtryInf>\(one.info)</AddtlNtryInf>")</Ntry>
      """
    }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <Document xmlns="urn:iso:std:iso:20022:tech:xsd:\(version)"><\(message)><GrpHdr>
      <MsgId>\(id)</MsgId><CreDtTm>2026-11-16T20:00:00</CreDtTm></GrpHdr><\(part)>
      <Id>\(balances.isEmpty ? "1" : id)</Id><Acct><Id><IBAN>\(iban)</IBAN></Id></Acct>
      \(balances.map(\.xml).joined())\(entries.joined())</\(part)></\(message)>
      </Document>
      """
  }

  /// The schema of pain.008.001.08 that sepaxml carries; nil where nobody has installed it.
  static let schema: String? = {
    guard let python = ProcessInfo.processInfo.environment["BILLRUN_LOCALSTRIPE"] else {
      return nil
    }
    let library = URL(filePath: python).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "lib").path
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: library)) ?? []
    return versions.map { "\(library)/\($0)/site-packages/sepaxml/schemas/pain.008.001.08.xsd" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }()
}
