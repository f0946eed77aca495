import Foundation
import Testing

@testable import Network

@Suite struct WeightsLocationTests {
  private func candidates(_ variables: [String: String], engine: String? = nil) -> [String] {
    WeightsLocation.candidates(environment: { variables[$0] }, engine: engine)
  }

  @Test func theEnvironmentComesFirstEvenWhenItIsWrong() throws {
    let variables = ["IMPASTO_WEIGHTS": "/no such folder/mine.safetensors", "HOME": "/home/maria"]
    #expect(try WeightsLocation.find(environment: { variables[$0] }) == "/no such folder/mine.safetensors")
  }

  @Test func theOrderIsEngineShareSystemUser() {
    #expect(
      candidates(["HOME": "/home/maria"], engine: "/opt/impasto/bin/impasto") == [
        "/opt/impasto/bin/vgg19.safetensors",
        "/opt/impasto/bin/../share/impasto/vgg19.safetensors",
        "/usr/share/impasto/vgg19.safetensors",
        "/home/maria/.config/GIMP/2.10/plug-ins/impasto/vgg19.safetensors",
      ])
  }

  @Test func noPlaceIsNamedTwice() {
    let engine = "/home/maria/.config/GIMP/2.10/plug-ins/impasto/libImpasto.so"
    #expect(candidates(["HOME": "/home/maria"], engine: engine).filter { $0.hasPrefix("/home/maria/") }.count == 2)
  }

  @Test(arguments: [
    (["GIMP2_DIRECTORY": "/srv/gimp", "HOME": "/home/maria"], "/srv/gimp/plug-ins/impasto/vgg19.safetensors"),
    (["GIMP2_DIRECTORY": "my gimp", "HOME": "/home/maria"], "/home/maria/my gimp/plug-ins/impasto/vgg19.safetensors"),
    (["XDG_CONFIG_HOME": "/cfg", "HOME": "/home/maria"], "/cfg/GIMP/2.10/plug-ins/impasto/vgg19.safetensors"),
    (["XDG_CONFIG_HOME": "cfg", "HOME": "/h"], "/h/.config/GIMP/2.10/plug-ins/impasto/vgg19.safetensors"),
  ])
  func gimpsFolderIsFoundAsGimpFindsIt(variables: [String: String], expected: String) {
    #expect(candidates(variables).last == expected)
  }

  @Test(arguments: [
    [:], ["HOME": "."], ["HOME": ""], ["GIMP2_DIRECTORY": "here"], ["GIMP2_DIRECTORY": "here", "HOME": "there"],
    ["XDG_CONFIG_HOME": "."],
  ])
  func nothingIsTakenFromTheCurrentFolder(variables: [String: String]) {
    for engine in [nil, "impasto", "./impasto", ""] {
      #expect(candidates(variables, engine: engine) == ["/usr/share/impasto/vgg19.safetensors"])
    }
  }

  @Test func theEngineKnowsItsOwnFile() throws {
    let path = try #require(WeightsLocation.pathOfEngine())
    #expect(path.hasPrefix("/") && FileManager.default.fileExists(atPath: path))
  }

  @Test func aFileInTheUsersFolderIsFoundAndItsAbsenceSaidWithWhereItWasLookedFor() throws {
    let folder = try ScratchFolder()
    let plugIn = "\(folder.path)/plug-ins/impasto"
    let environment = ["GIMP2_DIRECTORY": folder.path]
    try FileManager.default.createDirectory(atPath: plugIn, withIntermediateDirectories: true)
    // Where this package itself is installed, the system's file is found first.
    let installed = "/usr/share/impasto/vgg19.safetensors"
    if FileManager.default.fileExists(atPath: installed) {
      #expect(try WeightsLocation.find(environment: { environment[$0] }) == installed)
      return
    }
    let error = #expect(throws: WeightsError.self) { try WeightsLocation.find(environment: { environment[$0] }) }
    #expect(error?.kind == .missing)
    #expect(error?.description.contains("or \(plugIn)/vgg19.safetensors, or where IMPASTO_WEIGHTS says)") == true)
    _ = try folder.write([1], as: "plug-ins/impasto/vgg19.safetensors")
    #expect(try WeightsLocation.find(environment: { environment[$0] }) == "\(plugIn)/vgg19.safetensors")
  }
}
