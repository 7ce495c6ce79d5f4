// SPDX-License-Identifier: Apache-2.0

/// One of the invented sellers of the demo, with what its customers look like.
struct DemoSeller {
  /// The id.
  let id: String
  /// The name.
  let name: String
  /// The ISO 3166 code of the country.
  let country: String
  /// The lower-case ISO 4217 code.
  let currency: String
  /// The IANA time zone.
  let zone: String
  /// What the currency's prices are multiples of: 1 for the dollar, 100 for the yen.
  let unit: Int
  /// The tax rates that its customers have, one of these lists each.
  let taxes: [[String]]
  /// Cities with their states, as in customers' addresses.
  let places: [(city: String, state: String)]
  /// How many of a thousand customers are its own.
  let share: Int

  /// The sellers: currencies of 2, 0 and 3 digits, prices with and without tax.
  static let all = [
    DemoSeller(
      id: "us", name: "Harbor Light Software, Inc.", country: "US", currency: "usd",
      zone: "America/New_York", unit: 1,
      taxes: [["us-ny"], ["us-ny"], ["us-ny", "us-relay"], ["us-tx"], []],
      places: [("Albany", "NY"), ("Austin", "TX"), ("Buffalo", "NY"), ("Dallas", "TX")],
      share: 500),
    DemoSeller(
      id: "de", name: "Lindenhof Software GmbH", country: "DE", currency: "eur",
      zone: "Europe/Berlin", unit: 1,
      taxes: [["de-19"], ["de-19"], ["de-19-incl"], ["de-7"]],
      places: [("Bremen", "HB"), ("Jena", "TH"), ("Ulm", "BW"), ("Worms", "RP")],
      share: 300),
    DemoSeller(
      id: "jp", name: "Asagiri K.K.", country: "JP", currency: "jpy",
      zone: "Asia/Tokyo", unit: 100,
      taxes: [["jp-10"], ["jp-10-incl"]],
      places: [("Kobe", "Hyogo"), ("Nara", "Nara"), ("Otaru", "Hokkaido")],
      share: 150),
    DemoSeller(
      id: "bh", name: "Pearl Cloud W.L.L.", country: "BH", currency: "bhd",
      zone: "Asia/Bahrain", unit: 1,
      taxes: [["bh-10"]],
      places: [("Manama", "13"), ("Muharraq", "15")],
      share: 50),
  ]
}
