using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Earthmover.Data;
using Earthmover.Data.Formats;
using Earthmover.Sessions.Sampling;

namespace Earthmover.Serve.Answers;

/// <summary>Samples in the form that a request accepts.</summary>
internal static class SampleForms
{
    /// <summary>Samples in a form.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="type">One of <see cref="MediaTypes.OfSamples"/>.</param>
    /// <param name="columns">Columns of a sheet; chosen when 0.</param>
    /// <param name="head">Writes what JSON says of them before they come.</param>
    public static Payload Of(DrawnSamples samples, string type, int columns, Action<Utf8JsonWriter> head) => type switch
    {
        MediaTypes.Png => new(type, samples.ToPng(columns)),
        MediaTypes.Zip => new(type, Zip(samples.ToPngs())),
        MediaTypes.Npy => new(type, samples.ToNpy()),
        MediaTypes.Csv => Text(type, samples.ToCsv()),
        MediaTypes.Text => Text(type, string.Concat(samples.ToLines().Select(line => $"{line}\n"))),
        _ => Payload.Json(json => { head(json); Write(json, samples); }),
    };

    /// <summary>An array of numbers as an .npy.</summary>
    public static Payload Npy(float[] values, params int[] shape)
    {
        using var file = new MemoryStream();
        NpyFile.Write<float>(file, values, shape);
        return new(MediaTypes.Npy, file.ToArray());
    }

    private static Payload Text(string type, string text) => new($"{type}; charset=utf-8", Encoding.UTF8.GetBytes(text));

    private static void Write(Utf8JsonWriter json, DrawnSamples samples)
    {
        switch (samples.Data)
        {
            case ImageSet:
                json.WriteStartArray("pictures");
                foreach (var (_, png) in samples.ToPngs())
                    json.WriteBase64StringValue(png);
                break;
            case PointSet points:
                if (points.ColumnNames is { } names)
                    JsonText.Words(json, "columns", names);
                json.WriteStartArray("points");
                for (var i = 0; i < points.Count; i++)
                    JsonText.Numbers(json, points[i]);
                break;
            case TableSet table:
                JsonText.Words(json, "columns", table.Fields.Select(field => field.Name));
                json.WriteStartArray("rows");
                for (var i = 0; i < table.Count; i++)
                    Row(json, table, i);
                break;
            default:
                json.WriteStartArray("lines");
                foreach (var line in samples.ToLines())
                    json.WriteStringValue(line);
                break;
        }
        json.WriteEndArray();
    }

    // Numbers as numbers, what is missing as null, all else as its file writes it.
    private static void Row(Utf8JsonWriter json, TableSet table, int row)
    {
        json.WriteStartArray();
        for (var k = 0; k < table.Fields.Count; k++)
            if (double.IsNaN(table.Columns[k][row]))
                json.WriteNullValue();
            else if (table.Fields[k].IsWrittenAsNumber)
                json.WriteRawValue(table.Fields[k].PrintNumber(table.Columns[k][row]));
            else
                json.WriteStringValue(table.Cell(row, k));
        json.WriteEndArray();
    }

    // PNGs are compressed already.
    private static byte[] Zip(IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in files)
            {
                var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
                // The same samples are the same bytes at any time.
                entry.LastWriteTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var stream = entry.Open();
                stream.Write(content);
            }
        return buffer.ToArray();
    }
}
