using System.Runtime.CompilerServices;

namespace LibMoE.Generators.Tests.Support;

/// <summary>
/// Compares texts with files in Verify's convention, <c>Snapshots/{Class}.{Method}#{Name}.verified.{Extension}</c>. A difference, a missing
/// file and a file that no text belongs to any more fail, the first two with the text in a <c>.received.</c> file beside it.
/// With SNAPSHOT_ACCEPT=1 in the environment the texts become the files. Built with -p:UseVerify=true, the real Verify does all that.
/// </summary>
internal static class Snap
{
    /// <summary>Compares generated files, by their hint names without <c>.g.cs</c>.</summary>
    public static Task Match(
        GeneratorRun run, string[] names, [CallerMemberName] string method = "", [CallerFilePath] string file = "") =>
        Match([.. names.Select(name => ($"{name}.g", $"//HintName: {name}.g.cs\n{run.File(name)}"))], "cs", method, file);

    /// <summary>Compares a text.</summary>
    public static Task Match(string name, string text, [CallerMemberName] string method = "", [CallerFilePath] string file = "") =>
        Match([(name, text)], "txt", method, file);

#if VERIFY
    private static Task Match((string Name, string Text)[] texts, string extension, string method, string file)
    {
        var settings = new VerifyTests.VerifySettings();
        settings.UseDirectory("Snapshots");
        settings.UseFileName($"{Path.GetFileNameWithoutExtension(file)}.{method}");
        return VerifyXunit.Verifier.Verify(texts.Select(text => new VerifyTests.Target(extension, text.Text, text.Name)), settings, file);
    }
#else
    private static Task Match((string Name, string Text)[] texts, string extension, string method, string file)
    {
        var prefix = $"{Path.GetFileNameWithoutExtension(file)}.{method}#";
        var folder = Repository.Path("tests", "LibMoE.Generators.Tests", "Snapshots");
        var isAccepting = Environment.GetEnvironmentVariable("SNAPSHOT_ACCEPT") == "1";
        var stale = Directory.GetFiles(folder, $"{prefix}*.verified.*")
            .Where(path => texts.All(text => Path.GetFileName(path) != $"{prefix}{text.Name}.verified.{extension}"))
            .ToList();
        if (isAccepting)
        {
            stale.ForEach(File.Delete);
            stale.Clear();
        }

        var differences = texts.Select(text => Compare(Path.Combine(folder, prefix + text.Name), extension, text.Text, isAccepting))
            .Concat(stale.Select(path => $"{Path.GetFileName(path)} is stale: the test makes no such text any more."))
            .OfType<string>()
            .ToList();
        Assert.True(differences.Count == 0, string.Join("\n\n", differences));
        return Task.CompletedTask;
    }

    /// <summary>What differs; null where nothing does.</summary>
    private static string? Compare(string path, string extension, string text, bool isAccepting)
    {
        var (verified, received) = ($"{path}.verified.{extension}", $"{path}.received.{extension}");
        File.Delete(received);
        if (isAccepting)
        {
            File.WriteAllText(verified, text);
            return null;
        }

        var expected = File.Exists(verified) ? File.ReadAllText(verified).ReplaceLineEndings("\n") : null;
        if (expected == text)
        {
            return null;
        }

        File.WriteAllText(received, text);
        return expected is null
            ? $"{Path.GetFileName(verified)} is missing; see the .received. file beside it, and accept it with SNAPSHOT_ACCEPT=1."
            : $"{Path.GetFileName(verified)} differs (- expected, + received):\n{Difference(expected, text)}";
    }

    private static string Difference(string expected, string text) =>
        string.Join('\n', DiffPlex.DiffBuilder.InlineDiffBuilder.Diff(expected, text).Lines
            .Where(line => line.Type is DiffPlex.DiffBuilder.Model.ChangeType.Inserted or DiffPlex.DiffBuilder.Model.ChangeType.Deleted)
            .Take(40)
            .Select(line => (line.Type == DiffPlex.DiffBuilder.Model.ChangeType.Inserted ? "+ " : "- ") + line.Text));
#endif
}
