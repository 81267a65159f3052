using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using LibMoE.Runtime;

namespace Detection;

/// <summary>What PASCAL VOC's XML says of a smear: its name, and its cells.</summary>
internal sealed record Annotation(string Name, int Width, int Height, IReadOnlyList<Cell> Cells)
{
    private static readonly string[] Names = ["RBC", "WBC", "Platelets"];

    /// <summary>Reads a file. Boxes are cut to the image; of those without an area (two of BCCD's 4,888) nothing is kept.</summary>
    /// <param name="xml">The file.</param>
    /// <param name="file">What it is called in messages.</param>
    /// <exception cref="InvalidDataException">It is no such file, or names what is no cell.</exception>
    public static Annotation Read(Stream xml, string file)
    {
        try
        {
            var root = XDocument.Load(xml).Root!;
            var size = Part(root, "size", file);
            var (width, height) = (Number(size, "width", file), Number(size, "height", file));
            return new Annotation(
                Path.GetFileNameWithoutExtension(file), width, height,
                [.. root.Elements("object").Select(cell => Of(cell, width, height, file)).Where(cell => cell.Box.Area > 0)]);
        }
        catch (XmlException damaged)
        {
            throw new InvalidDataException($"{file} is no XML file: {damaged.Message}", damaged);
        }
    }

    private static Cell Of(XElement cell, int width, int height, string file)
    {
        var (name, box) = (Part(cell, "name", file).Value, Part(cell, "bndbox", file));
        var kind = Array.IndexOf(Names, name);
        return kind >= 0
            ? new Cell(kind, new Box(
                Number(box, "xmin", file), Number(box, "ymin", file), Number(box, "xmax", file), Number(box, "ymax", file))
                .Within(width, height))
            : throw new InvalidDataException($"{file} names '{name}'; a cell is one of {string.Join(", ", Names)}.");
    }

    private static int Number(XElement of, string name, string file) =>
        int.TryParse(Part(of, name, file).Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidDataException($"{file} has '{Part(of, name, file).Value}' as {name}; it must be a whole number.");

    private static XElement Part(XElement of, string name, string file) =>
        of.Element(name) ?? throw new InvalidDataException($"{file} has a {of.Name} without {name}.");
}
