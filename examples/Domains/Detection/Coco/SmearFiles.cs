using LibMoE.Runtime;

namespace Detection;

/// <summary>Smears and what was found in them as COCO's files, in pixels of the images as they were taken.</summary>
internal static class SmearFiles
{
    public const string Annotations = "annotations.json";

    /// <summary>What was marked.</summary>
    public static CocoAnnotations Marked(IReadOnlyList<Smear> smears) => new(
        [.. smears.Index().Select(smear => new CocoImage(
            smear.Index + 1, smear.Item.Name + ".jpg", Smear.Width * smear.Item.Scale, Smear.Height * smear.Item.Scale))],
        [
            .. smears.Index()
                .SelectMany(smear => smear.Item.Cells
                    .Select(cell => (Image: smear.Index + 1, cell.Kind, Box: Taken(cell.Box, smear.Item))))
                .Index().Select(cell => new CocoAnnotation(
                    cell.Index + 1, cell.Item.Image, cell.Item.Kind + 1, CocoCorner.Of(cell.Item.Box), cell.Item.Box.Area)),
        ],
        [.. Smear.Kinds.Select((name, kind) => new CocoCategory(kind + 1, name))]);

    /// <summary>What was found.</summary>
    public static IReadOnlyList<CocoDetection> Found(IReadOnlyList<Smear> smears, IReadOnlyList<FoundCells> found) =>
    [
        .. from smear in smears.Zip(found).Index()
           from kind in smear.Item.Second.ByKind.Index()
           from cell in kind.Item ?? []
           select new CocoDetection(smear.Index + 1, kind.Index + 1, CocoCorner.Of(Taken(cell.Box, smear.Item.First)), cell.Score),
    ];

    /// <summary>Writes both, where a folder is named.</summary>
    public static void Write(string? folder, string name, IReadOnlyList<Smear> smears, IReadOnlyList<FoundCells> found)
    {
        if (!string.IsNullOrEmpty(folder))
        {
            Directory.CreateDirectory(folder);
            CocoFile.Write(Path.Combine(folder, Annotations), Marked(smears));
            CocoFile.Write(Path.Combine(folder, name + ".json"), Found(smears, found));
        }
    }

    private static Box Taken(Box box, Smear smear) =>
        new(box.Left * smear.Scale, box.Top * smear.Scale, box.Right * smear.Scale, box.Bottom * smear.Scale);
}
