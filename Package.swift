// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is compiled with.
let swift: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableExperimentalFeature("Lifetimes"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// A module may import what stands to the left of its arrow, nothing to the right: every target names exactly what it
// imports, which Tests/check_imports.py holds it to.
//
//   COpenBLAS, CKernels -> Compute; CZlib, CKernels, Compute -> Network; Compute -> Optimization; Pictures stands alone
//   Compute, Network, Optimization, Pictures -> Stylization
//   Compute, Network, Pictures, Stylization, CImpasto -> ImpastoABI
//   CGEGL -> CPictureFiles; Compute, Network, Pictures, Stylization, CPictureFiles -> impasto
let package = Package(
  name: "Impasto",
  products: [
    .executable(name: "impasto", targets: ["impasto"]),
    .library(name: "Impasto", type: .dynamic, targets: ["ImpastoABI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // MARK: - Arithmetic
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),
    .target(
      name: "Compute", dependencies: ["CKernels", "COpenBLAS"], exclude: ["README.md"], swiftSettings: swift),

    // MARK: - The three that know nothing of one another
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "Network", dependencies: ["CKernels", "Compute", "CZlib"], exclude: ["README.md"], swiftSettings: swift),
    .target(name: "Optimization", dependencies: ["Compute"], exclude: ["README.md"], swiftSettings: swift),
    .target(name: "Pictures", exclude: ["README.md"], swiftSettings: swift),

    // MARK: - The painting
    .target(
      name: "Stylization", dependencies: ["Compute", "Network", "Optimization", "Pictures"], exclude: ["README.md"],
      swiftSettings: swift),

    // MARK: - The two ways in
    .target(name: "CImpasto"),
    .target(
      name: "ImpastoABI", dependencies: ["CImpasto", "Compute", "Network", "Pictures", "Stylization"],
      exclude: ["README.md"], swiftSettings: swift,
      linkerSettings: [.unsafeFlags(["-static-stdlib"])]),
    .systemLibrary(name: "CGEGL", pkgConfig: "gegl-0.4", providers: [.apt(["libgegl-dev"])]),
    .target(name: "CPictureFiles", dependencies: ["CGEGL"]),
    .executableTarget(
      name: "impasto",
      dependencies: [
        "CPictureFiles", "Compute", "Network", "Pictures", "Stylization",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["README.md"],
      swiftSettings: swift),

    // MARK: - Tests
    .target(
      name: "TestSupport", dependencies: ["CPictureFiles", "Pictures"], path: "Tests/TestSupport",
      swiftSettings: swift),
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels", "TestSupport"], swiftSettings: swift),
    .testTarget(name: "ComputeTests", dependencies: ["Compute", "TestSupport"], swiftSettings: swift),
    .testTarget(
      name: "NetworkTests", dependencies: ["CKernels", "Compute", "Network", "TestSupport"], swiftSettings: swift),
    .testTarget(
      name: "OptimizationTests", dependencies: ["Compute", "Optimization"],
      exclude: ["make_reference.py", "TorchTrajectories.json"], swiftSettings: swift),
    .testTarget(
      name: "ImpastoABITests", dependencies: ["CImpasto", "Network", "Pictures", "Stylization", "TestSupport"],
      swiftSettings: swift),
    .testTarget(
      name: "CommandTests", dependencies: ["CPictureFiles", "impasto", "TestSupport"], swiftSettings: swift),
    .testTarget(name: "CPictureFilesTests", dependencies: ["CPictureFiles", "TestSupport"], swiftSettings: swift),
    .testTarget(name: "PicturesTests", dependencies: ["Pictures", "TestSupport"], swiftSettings: swift),
    .testTarget(
      name: "StylizationTests",
      dependencies: ["Compute", "Network", "Optimization", "Pictures", "Stylization", "TestSupport"],
      swiftSettings: swift),
  ]
)
