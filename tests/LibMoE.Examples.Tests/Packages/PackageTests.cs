using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LibMoE.Examples.Tests.Packages;

/// <summary>The packages, from a local feed alone, as somebody uses them who never saw this tree.</summary>
public sealed partial class PackageTests(LocalFeed feed) : IClassFixture<LocalFeed>
{
    [Fact]
    public void Packing_gives_seven_packages_with_symbols() => Assert.Equal(
        new[]
            {
                "LibMoE", "LibMoE.Dashboard", "LibMoE.Federated", "LibMoE.Runtime", "LibMoE.Serving", "LibMoE.Templates", "LibMoE.Testing",
            }
            .SelectMany(id => id == "LibMoE.Templates" ? new[] { ".nupkg" } : [".nupkg", ".snupkg"],
                (id, kind) => $"{id}.{LocalFeed.Version}{kind}")
            .Order(StringComparer.Ordinal),
        feed.Packages);

    [Fact]
    public void LibMoE_carries_attributes_generator_layers_and_the_native_fix_and_no_backend()
    {
        using var package = ZipFile.OpenRead(feed.PathOf("LibMoE"));
        var entries = package.Entries.Select(entry => entry.FullName).ToList();

        Assert.Superset(
            new HashSet<string>
            {
                "analyzers/dotnet/cs/LibMoE.Generators.dll", "buildTransitive/LibMoE.targets",
                "buildTransitive/NativeLibraries.targets", "lib/net10.0/LibMoE.Dsl.dll", "lib/net10.0/LibMoE.Dsl.xml",
                "lib/net10.0/LibMoE.Layers.dll", "lib/net10.0/LibMoE.Layers.xml", "README.md", "icon.png",
            },
            entries.ToHashSet());
        Assert.DoesNotContain(entries, entry => entry.Contains("torch", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(DependenciesOf(package), id => id.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("LibMoE")]
    [InlineData("LibMoE.Runtime")]
    [InlineData("LibMoE.Testing")]
    [InlineData("LibMoE.Dashboard")]
    [InlineData("LibMoE.Federated")]
    [InlineData("LibMoE.Serving")]
    [InlineData("LibMoE.Templates")]
    public void A_package_says_what_it_is(string id)
    {
        using var package = ZipFile.OpenRead(feed.PathOf(id));
        var metadata = Metadata(package);
        string? Value(string name) => metadata.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value;

        Assert.Equal("MIT", Value("license"));
        Assert.Equal("README.md", Value("readme"));
        Assert.Equal("icon.png", Value("icon"));
        Assert.All(
            ["description", "authors", "tags", "copyright", "releaseNotes"], name => Assert.False(string.IsNullOrEmpty(Value(name)), name));
    }

    [SkippableFact]
    public void A_layer_in_a_loop_of_its_own_needs_at_most_nine_packages_beside_libtorch()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The template's backend was restored for Linux only.");
        var folder = feed.NewProject("libmoe-layer", "Points");

        var run = feed.Run(folder, "run", "-c", "Release");

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Matches("(4[5-9]\\d|500) of 500 points are right", run.Output);
        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "obj", "project.assets.json")));
        var closure = assets.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name.Split('/')[0])
            .Where(id => !id.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase)).ToList();
        Assert.Contains("LibMoE", closure);
        Assert.True(closure.Count <= 9, string.Join(", ", closure));
    }

    [SkippableFact]
    public void A_study_from_the_template_trains_and_compares()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The template's backend was restored for Linux only.");
        var folder = feed.NewProject("libmoe", "FirstStudy");

        var run = feed.Run(folder, "run", "-c", "Release", "--", "--quick");

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("SoftmaxMoe", run.Output, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(folder, "runs"), "results.json", SearchOption.AllDirectories));
    }

    [SkippableFact]
    public void A_gate_of_ones_own_comes_with_its_test()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The template's backend was restored for Linux only.");
        var folder = feed.NewProject("libmoe-gate", "NearestGate");

        var run = feed.Run(folder, "test", "-c", "Release");

        Assert.True(run.ExitCode == 0, run.Output);
    }

    [Theory]
    [InlineData("LibMoE", "LibMoE.Dsl")]
    [InlineData("LibMoE", "LibMoE.Layers")]
    [InlineData("LibMoE.Runtime", "LibMoE.Runtime")]
    [InlineData("LibMoE.Testing", "LibMoE.Testing")]
    [InlineData("LibMoE.Dashboard", "LibMoE.Dashboard")]
    [InlineData("LibMoE.Federated", "LibMoE.Federated")]
    [InlineData("LibMoE.Serving", "LibMoE.Serving")]
    public void What_a_package_has_as_public_types_is_what_the_lists_declare(string package, string assembly)
    {
        string[] lists = ["PublicAPI.Shipped.txt", "PublicAPI.Unshipped.txt"];

        var declared = PublicTypes.Declared(lists.SelectMany(list => File.ReadLines(Repository.PathOf("src", assembly, list))));

        Assert.Equal(declared, PublicTypes.Of(feed.PathOf(package), $"lib/net10.0/{assembly}.dll"));
    }

    [SkippableFact]
    public void The_readmes_program_of_one_file_runs()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The backend was restored for Linux only.");
        var readme = File.ReadAllText(Repository.PathOf("README.md")).ReplaceLineEndings("\n");
        var lines = Block().Matches(readme).Select(block => block.Groups[1].Value).ToList();
        var folder = feed.NewFolder("script");
        File.WriteAllText(
            Path.Combine(folder, "app.cs"),
            lines.Single(block => block.StartsWith("#:package", StringComparison.Ordinal))
                + lines.Single(block => block.Contains("[MoeLayer", StringComparison.Ordinal)));

        var run = feed.Run(folder, "run", "app.cs", "--", "describe");

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("Smoe", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_without_a_backend_says_in_one_line_what_to_add()
    {
        var folder = feed.NewFolder("bare");
        File.WriteAllText(Path.Combine(folder, "app.cs"), $"""
            #:package LibMoE.Runtime@{LocalFeed.Version}
            #:property PublishAot=false
            using LibMoE;
            using LibMoE.Runtime;

            var builder = MoeApplication.CreateBuilder(args);
            builder.Services.AddMoeVariants();
            await builder.Build().RunAsync();

            [MoeLayer, Experts<SwiGlu>(4, Hidden = 8), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
            public sealed partial class Smoe;
            """);

        var run = feed.Run(folder, "run", "app.cs", "--", "describe");

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith(
            "error: libtorch cannot be loaded: add a package reference to one of libtorch-cpu-linux-x64",
            Assert.Single(run.Output.Split('\n'), line => line.Contains("error", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_wrong_declaration_is_one_error()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The template's backend was restored for Linux only.");
        var folder = feed.NewProject("libmoe-layer", "Wrong");
        var program = Path.Combine(folder, "Program.cs");
        File.WriteAllText(program, File.ReadAllText(program).Replace("TopK = 2", "TopK = 20", StringComparison.Ordinal));

        var build = feed.Run(folder, "build", "-c", "Release", "-tl:off", "-consoleLoggerParameters:NoSummary");

        // A build lists its errors once more at its end.
        var errors = build.Output.Split('\n')
            .Where(line => line.Contains(": error ", StringComparison.Ordinal)).Select(line => line.Trim());
        Assert.NotEqual(0, build.ExitCode);
        Assert.Equal("error MOE", Assert.Single(errors.Distinct()).Split(": ")[1][..9]);
    }

    private static XElement Metadata(ZipArchive package)
    {
        using var stream = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(stream).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    private static IEnumerable<string> DependenciesOf(ZipArchive package) => Metadata(package).Descendants()
        .Where(element => element.Name.LocalName == "dependency")
        .Select(element => element.Attribute("id")!.Value);

    [GeneratedRegex(@"```\w+\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
