using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LibMoE.Runtime.Hosting;
using LibMoE.Runtime.Studies.Scaling;

namespace LibMoE.Runtime.Tests.Docs;

/// <summary>The schemas of the files that users write, made of the records that read them and of their XML docs.</summary>
internal static class JsonSchemas
{
    private static readonly JsonSerializerOptions Settings = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>Of <c>appsettings.json</c>: one property for every section.</summary>
    public static string OfSettings()
    {
        var sections = new JsonObject { ["$schema"] = new JsonObject { ["type"] = "string" } };
        foreach (var section in SettingsSection.All)
        {
            var schema = Of(section.Type, Settings, required: false);
            schema["description"] = XmlDocs.SummaryOf(section.Type);
            sections[section.Name] = schema;
        }

        return Text("Settings of a LibMoE program", new JsonObject { ["type"] = "object", ["properties"] = sections });
    }

    /// <summary>Of a task file.</summary>
    public static string OfTask()
    {
        var schema = Of(typeof(EvaluationTask), TaskFile.Options, required: true);
        return Text("An evaluation task of LibMoE", schema);
    }

    /// <summary>Of a cluster file.</summary>
    public static string OfCluster()
    {
        var options = new JsonSerializerOptions(ClusterFile.Options) { TypeInfoResolver = Settings.TypeInfoResolver };
        return Text("A cluster that LibMoE plans for", Of(typeof(Cluster), options, required: true));
    }

    private static JsonObject Of(Type type, JsonSerializerOptions options, bool required) => options.GetJsonSchemaAsNode(type, new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, node) => Described(context, node, required),
    }).AsObject();

    /// <summary>A node with its description; unknown keys are refused, as the readers refuse them.</summary>
    private static JsonNode Described(JsonSchemaExporterContext context, JsonNode node, bool required)
    {
        if (node is not JsonObject schema)
        {
            return node;
        }

        if (schema.ContainsKey("properties"))
        {
            schema["additionalProperties"] = false;
        }

        if (!required)
        {
            schema.Remove("required");
        }

        if (context.PropertyInfo?.AttributeProvider is PropertyInfo property && XmlDocs.SummaryOf(property) is { } summary)
        {
            schema.Insert(0, "description", summary);
        }

        return schema;
    }

    private static string Text(string title, JsonObject schema)
    {
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", title);
        return schema.ToJsonString(Settings) + "\n";
    }
}
