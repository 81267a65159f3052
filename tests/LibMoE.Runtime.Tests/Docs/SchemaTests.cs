using System.Text.Json.Nodes;
using LibMoE.Runtime.Hosting;
using LibMoE.Runtime.Tests.Checkpoints.Files;

namespace LibMoE.Runtime.Tests.Docs;

/// <summary>The schemas that editors complete from are those of the records that read the files.</summary>
public sealed class SchemaTests
{
    [Theory]
    [InlineData("appsettings.schema.json")]
    [InlineData("task.schema.json")]
    [InlineData("cluster.schema.json")]
    public void The_schema_in_the_docs_is_that_of_the_records(string name)
    {
        var path = Path.Combine(Repository(), "docs", "schemas", name);
        var schema = name switch
        {
            "task.schema.json" => JsonSchemas.OfTask(),
            "cluster.schema.json" => JsonSchemas.OfCluster(),
            _ => JsonSchemas.OfSettings(),
        };
        if (Environment.GetEnvironmentVariable("SNAPSHOT_ACCEPT") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, schema);
        }

        Assert.Equal(File.ReadAllText(path), schema);
    }

    [Fact]
    public void Every_setting_is_described_and_nothing_else_is_allowed()
    {
        var sections = JsonNode.Parse(JsonSchemas.OfSettings())!["properties"]!.AsObject();

        foreach (var section in SettingsSection.All)
        {
            var schema = sections[section.Name]!;
            Assert.False(schema["additionalProperties"]!.GetValue<bool>());
            Assert.All(schema["properties"]!.AsObject(), setting => Assert.False(
                string.IsNullOrEmpty(setting.Value!["description"]?.GetValue<string>()), $"{section.Name}:{setting.Key}"));
        }
    }

    [Fact]
    public void A_task_file_may_name_its_schema()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "task.json");
        var text = TaskFile.Write(KnownTasks.Copa);
        File.WriteAllText(path, text.Insert(1, "\n  \"$schema\": \"task.schema.json\","));

        Assert.Equal(TaskFile.Hash(KnownTasks.Copa), TaskFile.Hash(TaskFile.Read(path)));
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LibMoE.slnx")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
