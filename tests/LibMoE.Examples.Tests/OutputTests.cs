namespace LibMoE.Examples.Tests;

/// <summary>A program's output holds the native libraries of the system that it was built for, and no other's.</summary>
public sealed class OutputTests
{
    [SkippableTheory]
    [InlineData("Quickstart")]
    [InlineData("Zoo")]
    [InlineData("Evaluation")]
    public void Native_libraries_are_those_of_this_system(string example)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere other folders are right.");
        var natives = Path.Combine(Path.GetDirectoryName(Repository.ProgramOf(example))!, "runtimes");
        var files = Directory.GetFiles(natives, "*", SearchOption.AllDirectories);

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Contains(
            Path.GetRelativePath(natives, file).Split('/')[0], (string[])["linux-x64", "linux-arm64", "linux", "unix"]));
        Assert.DoesNotContain(files, file => file.EndsWith(".pdb", StringComparison.Ordinal));
    }
}
