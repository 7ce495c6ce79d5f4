// SPDX-License-Identifier: Apache-2.0

/// The version of this program.
public enum Version {
  /// The version alone: `0.1.0`.
  public static let current = "0.1.0"

  /// As `billrun --version` prints it: with the commit, where the source came out of `git archive`,
  /// which writes it below (`export-subst` in .gitattributes); `scripts/package` builds such a
  /// source.
  public static let text = commit.hasPrefix("$") ? current : "\(current) (\(commit))"

  private static let commit = "$Format:%h$"
}
