#!/bin/sh
# Makes src/Earthmover.Export/Schema/Onnx.g.cs of onnx.proto, the format's own description (ONNX 1.23.0), with the compiler of the package
# Google.Protobuf.Tools, of the version of Google.Protobuf that is used:  tools/generate-onnx-schema.sh
set -eu
schema=$(dirname -- "$(readlink -f -- "$0")")/../src/Earthmover.Export/Schema
version=3.36.2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/tools.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="Google.Protobuf.Tools" Version="[$version]" /></ItemGroup>
</Project>
EOF
dotnet restore -v quiet "$folder/tools.csproj"
# Comments would be copied: they are in the description.
sed -E 's|[[:space:]]*//.*$||; s/^package onnx;/package onnx;\noption csharp_namespace = "Earthmover.Export.Schema";/' \
    "$schema/onnx.proto" >"$folder/onnx.proto"
"${NUGET_PACKAGES:-$HOME/.nuget/packages}/google.protobuf.tools/$version/tools/linux_x64/protoc" \
    --proto_path="$folder" --csharp_out="$schema" --csharp_opt=file_extension=.g.cs,internal_access "$folder/onnx.proto"
